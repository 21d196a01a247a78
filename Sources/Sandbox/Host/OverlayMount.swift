import CLinux
import Glibc

/// Mounts an overlay of directories.
///
/// The directories are named by short links in a folder of their own, because both ways to mount
/// limit what a name may be: mount(2) takes 4096 bytes for all of them, with ':' and ',' in between,
/// fsconfig(2) takes 255 for each. Up to 500 are possible, which is the kernel's own limit.
///
/// Source: kernel documentation, `filesystems/overlayfs.rst`.
struct OverlayMount {
  enum Interface: String, Codable, Sendable {
    /// fsopen(2) with `lowerdir+`, from Linux 6.8 on; says in words what is wrong.
    case new
    case old
  }

  struct Writable {
    let upper: String
    let work: String
  }

  /// Topmost first.
  let lowers: [String]
  let writable: Writable?
  /// In a user namespace, overlayfs keeps its marks in `user.` attributes.
  let isUserNamespace: Bool
  /// Nothing is written to disk on unmounting, nor for the command's own fsync(2): the upper
  /// directory of a step is of no use after a crash anyway.
  var isVolatile = true

  /// - Parameters:
  ///   - links: An empty directory for the links.
  ///   - interface: nil is the new one where the kernel has it.
  func mount(
    at target: String, links: String, interface: Interface? = nil
  ) throws(SandboxError) {
    if let interface { return try mount(at: target, links: links, by: interface) }
    do throws(SandboxError) {
      try mount(at: target, links: links, by: .new)
    } catch OverlayMount.unsupported {
      try mount(at: target, links: links, by: .old)
    }
  }

  /// What the new interface says where the kernel does not know it.
  private static let unsupported = SandboxError.setupFailed(
    step: "use the new mount interface", reason: "")

  private func mount(
    at target: String, links: String, by interface: Interface
  ) throws(SandboxError) {
    try makeLinks(in: links)
    guard chdir(links) == 0 else { throw setupFailure("enter '\(links)'") }
    defer { _ = chdir("/") }
    switch interface {
    case .new: try mountByConfiguration(at: target)
    case .old: try mountByOptions(at: target)
    }
    try checkWritable(target)
  }

  /// The kernel falls back to a mount that cannot be written to when it cannot use the work
  /// directory.
  private func checkWritable(_ target: String) throws(SandboxError) {
    guard let writable else { return }
    var status = statvfs()
    guard statvfs(target, &status) == 0 else { throw setupFailure("look at the mounted root") }
    guard status.f_flag & UInt(ST_RDONLY) == 0 else {
      throw setupFailure("write to an overlay with '\(writable.work)'", errno: EROFS)
    }
  }

  private func makeLinks(in folder: String) throws(SandboxError) {
    var wanted = lowers.enumerated().map { (String($0.offset), $0.element) }
    if let writable { wanted += [("u", writable.upper), ("w", writable.work)] }
    for (name, target) in wanted {
      guard symlink(target, "\(folder)/\(name)") == 0 || errno == EEXIST else {
        throw setupFailure("make a link in '\(folder)'")
      }
    }
  }

  private var options: [(name: String, value: String?)] {
    var options: [(String, String?)] = [
      ("redirect_dir", "nofollow"), ("metacopy", "off"), ("index", "off"),
    ]
    if isUserNamespace { options.append(("userxattr", nil)) }
    if writable != nil { options += [("upperdir", "u"), ("workdir", "w")] }
    if writable != nil, isVolatile { options.append(("volatile", nil)) }
    return options
  }

  private func mountByConfiguration(at target: String) throws(SandboxError) {
    let fs = clinux_fs_open("overlay")
    guard fs >= 0 else {
      if errno == ENOSYS { throw Self.unsupported }
      throw setupFailure("mount an overlay")
    }
    defer { close(fs) }
    for index in lowers.indices where clinux_fs_set(fs, "lowerdir+", String(index)) != 0 {
      if index == 0, errno == EINVAL || errno == ENOSYS { throw Self.unsupported }
      throw failure(fs, lowers[index])
    }
    for (name, value) in options where clinux_fs_set(fs, name, value) != 0 {
      throw failure(fs, name)
    }
    guard clinux_fs_mount(fs, "overlay", target, writable == nil) == 0 else {
      throw failure(fs, writable?.upper ?? target)
    }
  }

  /// The kernel's own words are read from the descriptor, a line at a time: "e overlay: text".
  private func failure(_ fs: Int32, _ subject: String) -> SandboxError {
    let reason = String(cString: strerror(errno))
    var words: [String] = []
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(fs, $0.baseAddress, $0.count) }
      if count <= 0 { break }
      let line = String(decoding: buffer[..<count], as: UTF8.self)
      words.append(String(line.dropFirst(2).prefix { $0 != "\n" }))
    }
    return .setupFailed(
      step: "mount an overlay with '\(subject)'",
      reason: words.isEmpty ? reason : words.joined(separator: "; "))
  }

  private func mountByOptions(at target: String) throws(SandboxError) {
    let lowerOption = "lowerdir=" + lowers.indices.map(String.init).joined(separator: ":")
    let others = options.map { name, value in value.map { "\(name)=\($0)" } ?? name }
    let data = ([lowerOption] + others).joined(separator: ",")
    let flags = clinux_ms_nodev | (writable == nil ? clinux_ms_rdonly : 0)
    guard clinux_mount("overlay", target, "overlay", flags, data) == 0 else {
      throw setupFailure("mount an overlay with '\(writable?.upper ?? target)'")
    }
  }
}
