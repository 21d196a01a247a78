import CLinux
import FileSystem
import Glibc
import Processes

/// A user namespace in which a normal user is root.
///
/// The caller's own id is 0 in it; the ranges of `/etc/subuid` and `/etc/subgid` follow from 1 on.
enum UserNamespace {
  /// - Returns: Whether the process is in a user namespace, be it an old one or one made here.
  static func enterIfNeeded() throws(SandboxError) -> Bool {
    if geteuid() == 0 { return !hasAllIDs }
    try enter()
    return true
  }

  /// The first namespace maps every id to itself.
  static var hasAllIDs: Bool {
    guard let map = try? FileTree.read("/proc/self/uid_map") else { return true }
    let fields = String(decoding: map, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return fields == ["0", "0", "4294967295"]
  }

  private static func enter() throws(SandboxError) {
    let owner = Owner()
    let maps = [
      try IDMap(tool: "newuidmap", file: "/etc/subuid", ownID: getuid(), owner: owner),
      try IDMap(tool: "newgidmap", file: "/etc/subgid", ownID: getgid(), owner: owner),
    ]
    let mapper = try MapWriter(maps)
    guard clinux_unshare(clinux_new_users) == 0 else {
      let error = errno
      mapper.cancel()
      throw forbidden(errno: error)
    }
    try mapper.finish()
    guard setgid(0) == 0, setgroups(0, nil) == 0, setuid(0) == 0 else {
      throw setupFailure("become root of the user namespace")
    }
  }

  /// The settings by which systems forbid it, and what lifts them.
  private static let settings: [(path: String, forbidden: String, name: String, remedy: String)] = [
    (
      "/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone is 0",
      "as root: sysctl -w kernel.unprivileged_userns_clone=1"
    ),
    (
      "/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces is 0",
      "as root: sysctl -w user.max_user_namespaces=10000"
    ),
    (
      "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
      "kernel.apparmor_restrict_unprivileged_userns is 1",
      "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    ),
  ]

  static func forbidden(errno: Int32) -> SandboxError {
    for setting in settings {
      guard let value = try? FileTree.readIfPresent(setting.path),
        String(decoding: value, as: UTF8.self).prefix(while: { $0 != "\n" }) == setting.forbidden
      else { continue }
      return .userNamespacesForbidden(setting: setting.name, remedy: setting.remedy)
    }
    return .userNamespacesForbidden(
      setting: "it lets you make no user namespace (\(String(cString: strerror(errno))))",
      remedy: "in a container, start it with --privileged, or use another engine")
  }

  /// The caller, as the files of ranges may call it.
  struct Owner: Equatable {
    let id: String
    let name: String

    init(id: uid_t = getuid()) {
      self.id = String(id)
      name = getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? String(id)
    }
  }
}
