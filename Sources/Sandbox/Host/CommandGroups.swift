import CLinux
import FileSystem
import Glibc

/// The control groups of one command: they limit it, and know whether memory ran out.
///
/// They are made and removed by the process outside, and joined by what is in them. What a killed
/// process left behind is removed by the next: a group is locked as long as it is somebody's.
struct CommandGroups {
  private struct Group {
    let path: String
    /// What it is in: removing it must work where the tree of groups is covered.
    let parent: Int32
    /// Written to by who sees the process's number in its own namespace.
    let members: Int32
    /// Take a single thread in, of this group and of the one that it is in; only version 1 has them.
    let (entrance, exit): (Int32, Int32)
    /// Says how often memory ran out: seen from here also where the groups are not. -1 without.
    let events: Int32
    let lock: Int32
  }

  private static let prefix = "runctl-"
  private let groups: [Group]
  /// Whether they limit something: otherwise the command can do without.
  private let isRequired: Bool

  /// - Throws: ``SandboxError/limitsUnavailable(reason:remedy:)`` when a limit was asked for that
  ///   cannot be set; without a limit nothing is thrown, and nobody may be told of lacking memory.
  init(_ limits: SandboxLimits, name: String) throws(SandboxError) {
    let hierarchies = ControlHierarchy.find(
      mounts: ControlHierarchy.text("/proc/self/mountinfo"),
      groups: ControlHierarchy.text("/proc/self/cgroup"))
    var made: [Group] = []
    var failure = "this system has no control groups for them"
    for hierarchy in hierarchies {
      Self.clear(hierarchy.directory)
      guard Self.isWanted(hierarchy, limits) else { continue }
      do throws(FileError) {
        made.append(try Self.make(hierarchy, limits, name: name))
      } catch {
        failure = "cannot \(error.operation) '\(error.path)': \(error.reason.lowercased())"
      }
    }
    let controllers = hierarchies.filter { hierarchy in
      made.contains { $0.path.hasPrefix(hierarchy.directory + "/") }
    }.reduce(into: Set<String>()) { $0.formUnion($1.controllers) }
    let lacks =
      (limits.memory != nil && !controllers.contains("memory"))
      || (limits.cpus != nil && !controllers.contains("cpu"))
    groups = made
    isRequired = !limits.isEmpty
    guard lacks else { return }
    throw .limitsUnavailable(reason: failure, remedy: Self.remedy)
  }

  /// Without them, there is nothing to wait for and nothing to limit.
  private static func isWanted(_ hierarchy: ControlHierarchy, _ limits: SandboxLimits) -> Bool {
    hierarchy.controllers.contains("memory") || limits.cpus != nil
  }

  private static var remedy: String {
    geteuid() == 0
      ? "in a container, start it with its own control groups (docker run --privileged)"
      : "start it in a group of your own: systemd-run --user --scope -p Delegate=yes runctl …"
  }

  private static func make(
    _ hierarchy: ControlHierarchy, _ limits: SandboxLimits, name: String
  ) throws(FileError) -> Group {
    let parent = try place(in: hierarchy, limits)
    if parent != hierarchy.directory { clear(parent) }
    let path = "\(parent)/\(prefix)\(name)"
    let lock = try lockedGroup(path)
    do throws(FileError) {
      for setting in settings(hierarchy, limits) {
        try set("\(path)/\(setting.name)", setting.value, isOptional: setting.isOptional)
      }
      let members = clinux_open("\(path)/cgroup.procs", O_WRONLY | O_CLOEXEC, 0)
      guard members >= 0 else { throw FileError("open", "\(path)/cgroup.procs") }
      let events = hierarchy.version == .two ? "memory.events" : "memory.oom_control"
      return Group(
        path: path, parent: clinux_open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0),
        members: members, entrance: clinux_open("\(path)/tasks", O_WRONLY | O_CLOEXEC, 0),
        exit: clinux_open("\(parent)/tasks", O_WRONLY | O_CLOEXEC, 0),
        events: clinux_open("\(path)/\(events)", O_RDONLY | O_CLOEXEC, 0), lock: lock)
    } catch {
      rmdir(path)
      close(lock)
      throw error
    }
  }

  /// Before it is locked, somebody who clears may take it for a leftover: then once more.
  private static func lockedGroup(_ path: String) throws(FileError) -> Int32 {
    for _ in 1...2 {
      guard mkdir(path, 0o755) == 0 else { throw FileError("make the control group", path) }
      let lock = clinux_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
      // Whoever has it instead lets it go at once.
      if lock >= 0, flock(lock, LOCK_EX) == 0, FileTree.exists(path) { return lock }
      if lock >= 0 { close(lock) }
    }
    throw FileError("lock", path, errno: EAGAIN)
  }

  /// In version 2, a group with processes in it passes no controllers on. Without a limit a command
  /// stays in its group unless that does; for a limit, the nearest one above that does is taken.
  private static func place(
    in hierarchy: ControlHierarchy, _ limits: SandboxLimits
  ) throws(FileError) -> String {
    guard hierarchy.version == .two else { return hierarchy.directory }
    let wanted = ["memory"] + (limits.cpus == nil ? [] : ["cpu"])
    let aside = prefix + "host"
    var directory = hierarchy.directory
    if FileTree.lastComponent(of: directory) == aside {
      directory = FileTree.parentPath(of: directory)
    }
    if passes(wanted, directory) { return directory }
    if !limits.isEmpty {
      OwnProcesses.moveAside(in: directory, to: "\(directory)/\(aside)")
      if passes(wanted, directory) { return directory }
      while true {
        directory = FileTree.parentPath(of: directory)
        guard FileTree.exists("\(directory)/cgroup.controllers") else { break }
        if passes(wanted, directory) { return directory }
      }
    }
    throw FileError("make a control group in", hierarchy.directory, errno: EACCES)
  }

  /// Whether groups in this one have these controllers, or have them now.
  private static func passes(_ wanted: [String], _ directory: String) -> Bool {
    let passed = ControlHierarchy.text("\(directory)/cgroup.subtree_control")
      .split(whereSeparator: \.isWhitespace).map(String.init)
    let lacking = wanted.filter { !passed.contains($0) }
    if lacking.isEmpty { return access(directory, W_OK) == 0 }
    let request = lacking.map { "+\($0)" }.joined(separator: " ")
    return (try? set("\(directory)/cgroup.subtree_control", request, isOptional: false)) != nil
  }

  private struct Setting {
    let name: String
    let value: String
    var isOptional = false
  }

  /// In microseconds, as the kernel has it by itself.
  private static let period = 100_000

  private static func settings(
    _ hierarchy: ControlHierarchy, _ limits: SandboxLimits
  ) -> [Setting] {
    var settings: [Setting] = []
    if let memory = limits.memory, hierarchy.controllers.contains("memory") {
      settings +=
        hierarchy.version == .two
        ? [
          Setting(name: "memory.max", value: "\(memory)"),
          Setting(name: "memory.swap.max", value: "0", isOptional: true),
        ]
        : [
          Setting(name: "memory.limit_in_bytes", value: "\(memory)"),
          Setting(name: "memory.memsw.limit_in_bytes", value: "\(memory)", isOptional: true),
        ]
    }
    if let cpus = limits.cpus, hierarchy.controllers.contains("cpu") {
      let quota = max(1_000, Int((cpus * Double(period)).rounded()))
      settings +=
        hierarchy.version == .two
        ? [Setting(name: "cpu.max", value: "\(quota) \(period)")]
        : [
          Setting(name: "cpu.cfs_period_us", value: "\(period)"),
          Setting(name: "cpu.cfs_quota_us", value: "\(quota)"),
        ]
    }
    return settings
  }

  private static func set(
    _ path: String, _ value: String, isOptional: Bool
  ) throws(FileError) {
    if isOptional, !FileTree.exists(path) { return }
    let file = try File.open(path, flags: O_WRONLY)
    try file.write(Array(value.utf8))
  }

  /// Puts a process into them, as this one numbers it.
  func add(_ process: pid_t) throws(SandboxError) {
    for group in groups {
      let text = Array("\(process)".utf8)
      guard write(group.members, text, text.count) == text.count || !isRequired else {
        throw setupFailure("put the command into '\(group.path)'")
      }
    }
  }

  /// Takes the calling thread in, so that what it starts is in them from its beginning: to move
  /// another process, the kernel waits for some 10 ms. Where they limit something nobody but the
  /// command is to be in them.
  ///
  /// - Returns: false where that cannot be: the process is then to be added.
  func enter() -> Bool {
    guard !isRequired, groups.allSatisfy({ $0.exit >= 0 }) else { return false }
    guard groups.allSatisfy({ Self.join($0.entrance) }) else {
      leave()
      return false
    }
    return true
  }

  /// Takes the calling thread out again.
  func leave() { groups.forEach { _ = Self.join($0.exit) } }

  private static func join(_ tasks: Int32) -> Bool { write(tasks, "0", 1) == 1 }

  /// Whether the kernel killed a process in them for lack of memory.
  var ranOutOfMemory: Bool {
    groups.contains { group in
      var buffer = [UInt8](repeating: 0, count: 1024)
      let count = pread(group.events, &buffer, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        .contains { $0.hasPrefix("oom_kill ") && $0.dropFirst(9) != "0" }
    }
  }

  /// The processes in them have ended.
  func remove() {
    for group in groups {
      unlinkat(group.parent, FileTree.lastComponent(of: group.path), AT_REMOVEDIR)
    }
  }

  private static func clear(_ directory: String) {
    for entry in (try? Directory.entries(of: directory)) ?? [] {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard name.hasPrefix(prefix) else { continue }
      let path = "\(directory)/\(name)"
      let lock = clinux_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
      guard lock >= 0 else { continue }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { rmdir(path) }
      close(lock)
    }
  }
}
