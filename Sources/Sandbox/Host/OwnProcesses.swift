import FileSystem
import Glibc

/// This process and those above it that are of the same program.
enum OwnProcesses {
  /// Takes them out of the control group that they are in, so that it can pass controllers on: all
  /// others in it are not this program's to move, and then it cannot.
  ///
  /// - Parameter leaf: A group in `directory`; whoever clears there removes it when it is empty.
  static func moveAside(in directory: String, to leaf: String) {
    let members = numbers("\(directory)/cgroup.procs")
    let own = ancestry.filter(members.contains)
    guard !own.isEmpty, own.count == members.count else { return }
    guard mkdir(leaf, 0o755) == 0 || errno == EEXIST else { return }
    for process in own {
      guard let file = try? File.open("\(leaf)/cgroup.procs", flags: O_WRONLY) else { return }
      try? file.write(Array("\(process)".utf8))
    }
  }

  /// The nearest first.
  private static var ancestry: [pid_t] {
    var found: [pid_t] = []
    var process = getpid()
    while process > 0, let program = program(of: process), program == self.program(of: getpid()) {
      found.append(process)
      process = parent(of: process)
    }
    return found
  }

  private static func program(of process: pid_t) -> [UInt8]? {
    try? Array(FileTree.linkTarget(of: "/proc/\(process)/exe"))
  }

  /// Source: proc_pid_status(5).
  private static func parent(of process: pid_t) -> pid_t {
    ControlHierarchy.text("/proc/\(process)/status").split(separator: "\n")
      .first { $0.hasPrefix("PPid:") }
      .flatMap { $0.split(whereSeparator: \.isWhitespace).last }.flatMap { pid_t($0) } ?? 0
  }

  private static func numbers(_ path: String) -> Set<pid_t> {
    Set(ControlHierarchy.text(path).split(separator: "\n").compactMap { pid_t($0) })
  }
}
