import FileSystem
import Foundation

/// What this machine has, for tests that need it.
enum Machine {
  static let search = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  /// What every program of a test is started with, and nothing else.
  static let environment = ["PATH": search, "LANG": "C.UTF-8", "HOME": "/nonexistent"]

  static func has(_ programs: String...) -> Bool {
    programs.allSatisfy { program in
      search.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }
  }

  static let canImport = has("busybox", "tar")
  static let canRun = canImport && getuid() == 0 && (has("crun") || has("runc"))
  static let canPush = has("docker-registry")
  static let canAskDatabases = has("sqlite3")
  static let canAuthenticate = canPush && has("htpasswd")
  static let canGiveTokens = canAuthenticate && has("python3", "openssl")
  static let canServeFiles = canImport && has("python3")
  static let canServeRepositories = canImport && has("git", "python3")
  static let canStartDocker = canRun && canPush && has("dockerd", "docker")

  static let needsImport = "busybox-static is needed for base images"
  static let needsRun = "root, busybox-static and crun or runc are needed for RUN"
  static let needsSQLite = "sqlite3 is needed"
  static let needsPush = "docker-registry is needed"
  static let needsAuthentication = "docker-registry and htpasswd (apache2-utils) are needed"
  static let needsTokens = "\(needsAuthentication), and python3 and openssl for a token service"
  static let needsFiles = "\(needsImport), and python3 for a web server"
  static let needsRepositories = "\(needsImport), git, and python3 for a web server"
  static let needsDocker = "root, dockerd, docker and docker-registry are needed"

  /// The package's folder.
  static let package = FileTree.parentPath(
    of: FileTree.parentPath(of: FileTree.parentPath(of: FileTree.parentPath(of: #filePath))))

  private static let variables = ProcessInfo.processInfo.environment
  /// Whether everything is tried, however long it takes.
  static let isLong = variables["RUNCTL_LONG_TESTS"]?.isEmpty == false
  /// What chance starts from, to see the same again.
  static let seed = variables["RUNCTL_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0 ... .max)

  /// The built program: what `RUNCTL_TEST_PROGRAM` names, else the one beside the test bundle, else
  /// in the package's build folder.
  static let runctl: String = {
    if let given = variables["RUNCTL_TEST_PROGRAM"], !given.isEmpty { return given }
    let beside = FileTree.parentPath(of: CommandLine.arguments[0]) + "/runctl"
    return FileTree.exists(beside) ? beside : package + "/.build/debug/runctl"
  }()

  /// What the user wrote, where it is.
  static func fixture(_ name: String) -> String? {
    let path = "\(package)/../shared/fixtures/user/\(name)"
    return (try? FileTree.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
