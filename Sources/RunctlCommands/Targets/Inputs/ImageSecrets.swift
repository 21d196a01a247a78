import BuildEngine
import Diagnostics
import FileSystem
import Glibc
import OCI
import Project
import State

/// The secrets of an image. Their values are read when something needs them, and only then.
struct ImageSecrets {
  /// As in the reference.
  private static let sizeLimit = 500 << 10

  let definitions: [String: ImageSecret]
  private let environment: [String: String]

  init(_ definitions: [String: ImageSecret], _ environment: [String: String]) {
    self.definitions = definitions
    self.environment = environment
  }

  /// - Returns: nil when nobody gave it.
  /// - Throws: ``SecretError`` when its file cannot be read.
  func value(of id: String) throws(SecretError) -> [UInt8]? {
    switch definitions[id]?.source {
    case nil: return nil
    case .environment(let name): return environment[name].map { Array($0.utf8) }
    case .file(let path):
      do throws(FileError) {
        let file = try File.open(path, flags: O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.kind == .file, status.size <= Self.sizeLimit else {
          throw FileError("read", path, errno: status.kind == .file ? EFBIG : EINVAL)
        }
        return try file.readToEnd()
      } catch {
        throw SecretError.unreadable(id: id, path: path, reason: error.reason)
      }
    }
  }

  /// For the builder; what changes without a rebuild stands in no key.
  func forBuild(
    _ key: SecretKey, _ used: [String], agents: [String: String]
  ) throws -> BuildSecrets {
    var stamps: [String: String] = [:]
    for id in used where definitions[id]?.rebuilds ?? false {
      stamps[id] = try stamp(of: id, key)
    }
    return BuildSecrets(stamps: stamps, agents: agents) { try value(of: $0) }
  }

  /// A keyed hash of the value.
  func stamp(of id: String, _ key: SecretKey) throws -> String {
    try value(of: id).map(key.stamp) ?? SecretInputs.missing
  }
}

/// Why a secret cannot be had. Never tells anything of its value.
enum SecretError: ReportableError, Equatable {
  case unreadable(id: String, path: String, reason: String)

  var diagnostic: Diagnostic {
    switch self {
    case .unreadable(let id, let path, let reason):
      Diagnostic(
        id: "unreadable-secret", "the secret '\(id)' cannot be read from '\(path)': \(reason)",
        help: "give a file of at most 500 KiB that you may read: --secret id=\(id),src=FILE")
    }
  }
}
