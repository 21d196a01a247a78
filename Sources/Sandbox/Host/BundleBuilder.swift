import CLinux
import FileSystem
import Glibc
import OCI

/// Builds the runtime's bundle in the scratch directory: the mounted root, the files to mount into
/// it, and the configuration.
struct BundleBuilder {
  let spec: SandboxSpec
  let scratch: String
  let isUserNamespace: Bool
  /// See ``RuntimeConfiguration/filter``.
  let filter: [UInt8]?

  var bundle: String { "\(scratch)/bundle" }
  private var rootfs: String { "\(bundle)/rootfs" }
  private var view: String { "\(scratch)/view" }
  private var skeleton: String { "\(scratch)/skeleton" }

  func build() throws(SandboxError) {
    let folders = [
      "bundle", "bundle/rootfs", "view", "skeleton", "links", "view-links", "files", "trees",
      "state",
    ]
    for folder in folders { try makeDirectory(folder) }
    try prepareUpper()
    try mountView()
    let configuration = try configure()
    try mountRoot()
    try write(configuration.json.bytes, "bundle/config.json", mode: 0o600, uid: 0, gid: 0)
    if let health = spec.health {
      try write(
        configuration.process(health.arguments, terminal: false).bytes, RuntimeClient.checkFile,
        mode: 0o600, uid: 0, gid: 0)
    }
  }

  private func makeDirectory(_ name: String) throws(SandboxError) {
    guard mkdir("\(scratch)/\(name)", 0o755) == 0 else {
      throw setupFailure("make a directory in '\(scratch)'")
    }
  }

  // MARK: The root

  /// The root as the command will find it, to be looked at only: the real one cannot be mounted
  /// before it is known which mount points it lacks. It stays, as unmounting takes longer than all
  /// the rest.
  private func mountView() throws(SandboxError) {
    let top = [upper?.upper].compactMap(\.self)
    let lowers = top + spec.lowers
    let overlay = OverlayMount(
      lowers: lowers.count > 1 ? lowers : lowers + [skeleton], writable: nil,
      isUserNamespace: isUserNamespace)
    try overlay.mount(at: view, links: "\(scratch)/view-links", interface: spec.overlayInterface)
  }

  private func mountRoot() throws(SandboxError) {
    var lowers = [skeleton] + spec.lowers
    if let listing = spec.listing {
      lowers.append("\(scratch)/listing")
      try makeDirectory("listing")
      try ListingPlaceholders.make(of: listing, in: "\(scratch)/listing")
    }
    let overlay = OverlayMount(
      lowers: lowers, writable: upper, isUserNamespace: isUserNamespace)
    try overlay.mount(at: rootfs, links: "\(scratch)/links", interface: spec.overlayInterface)
  }

  private var upper: OverlayMount.Writable? {
    switch spec.writable {
    case .readOnly: nil
    case .memory:
      OverlayMount.Writable(upper: "\(scratch)/memory/upper", work: "\(scratch)/memory/work")
    case .directory(let upper, let work): OverlayMount.Writable(upper: upper, work: work)
    }
  }

  /// The root directory itself shows the attributes of the upper one: it gets those of the topmost
  /// lower one, so that a command that does not touch it does not change it.
  private func prepareUpper() throws(SandboxError) {
    if spec.writable == .memory {
      for folder in ["memory", "memory/upper", "memory/work"] { try makeDirectory(folder) }
    }
    guard let top = spec.lowers.first else {
      throw .setupFailed(step: "mount a root file system", reason: "it has no directories")
    }
    for target in [skeleton, upper?.upper].compactMap(\.self) {
      try DirectoryAttributes.copy(from: top, to: target)
    }
  }

  // MARK: What is in it

  private func configure() throws(SandboxError) -> RuntimeConfiguration {
    var points = MountPoints()
    let root = try RootView(view)
    for directory in ["/proc", "/dev", "/sys"] {
      try points.addSystemDirectory(directory, in: root)
    }
    let sources = TreeSources(
      folder: "\(scratch)/trees", empty: skeleton, isUserNamespace: isUserNamespace)
    let devices = DockerDefaults.devices.filter { FileTree.exists("/dev/\($0)") }
    var mounts = BundleMount.defaults(
      devices: devices, ownsNetwork: !isUserNamespace || spec.network == .none)
    for (index, mount) in (networkMounts + spec.mounts).sortedByDepth().enumerated() {
      let made = try prepare(mount, number: index, sources, in: root, &points)
      // Of the runtime's own mounts, this is the one that a command may want otherwise.
      if made.destination == "/dev/shm" { mounts.removeAll { $0.destination == "/dev/shm" } }
      mounts.append(made)
    }
    try points.make(in: skeleton, like: root)
    return RuntimeConfiguration(
      spec: spec, identity: try root.accounts.identity(of: spec.user), mounts: mounts,
      name: FileTree.lastComponent(of: scratch), filter: filter)
  }

  private var networkMounts: [SandboxMount] {
    let files = NetworkFiles(spec)
    let all = [("/etc/hosts", files.hosts), ("/etc/resolv.conf", files.resolver)].map {
      SandboxMount(.file(contents: $0.1, mode: 0o644, uid: 0, gid: 0), target: $0.0)
    }
    // Where a mount of the caller's has the place, the caller's files are what is wanted.
    return all.filter { own in
      !spec.mounts.contains { TreePath(own.target).relative(to: TreePath($0.target)) != nil }
    }
  }

  private func prepare(
    _ mount: SandboxMount, number: Int, _ sources: TreeSources, in root: borrowing RootView,
    _ points: inout MountPoints
  ) throws(SandboxError) -> BundleMount {
    if case .inside(let tree, let path) = mount.source {
      var plain = mount
      plain.source = .bind(try sources.mount(path, of: tree, number: number))
      return try prepare(plain, number: number, sources, in: root, &points)
    }
    let isDirectory = try isDirectory(mount.source)
    let target = try points.add(mount.target, isDirectory: isDirectory, in: root).description
    switch mount.source {
    case .bind(let path): return .bind(path, at: target, isReadOnly: mount.isReadOnly)
    case .device(let path): return .device(path, at: target)
    case .inside(_, let path): throw .mountSourceMissing(path: path)
    case .memory(let size, let mode):
      return .memory(at: target, size: size, mode: mode, isReadOnly: mount.isReadOnly)
    case .file(let contents, let mode, let uid, let gid):
      try write(contents, "files/\(number)", mode: mode, uid: uid, gid: gid)
      return .bind("\(scratch)/files/\(number)", at: target, isReadOnly: mount.isReadOnly)
    }
  }

  private func isDirectory(_ source: SandboxMount.Source) throws(SandboxError) -> Bool {
    switch source {
    case .memory: return true
    case .file: return false
    case .bind(let path), .device(let path), .inside(_, let path):
      guard let status = try? FileStatus.of(path, followLink: true) else {
        throw .mountSourceMissing(path: path)
      }
      return status.kind == .directory
    }
  }

  private func write(
    _ bytes: [UInt8], _ name: String, mode: UInt32, uid: UInt32, gid: UInt32
  ) throws(SandboxError) {
    let path = "\(scratch)/\(name)"
    do throws(FileError) {
      let file = try File.create(path, permissions: 0o600)
      try file.write(bytes)
    } catch {
      throw .setupFailed(step: "\(error.operation) '\(error.path)'", reason: error.reason)
    }
    guard chown(path, uid, gid) == 0, chmod(path, mode_t(mode)) == 0 else {
      throw setupFailure("set the owner of '\(path)'")
    }
  }
}

extension [SandboxMount] {
  /// What lies in another mount comes after it; otherwise the order stays.
  fileprivate func sortedByDepth() -> [SandboxMount] {
    enumerated()
      .sorted { a, b in
        let depths = (
          TreePath(a.element.target).components.count, TreePath(b.element.target).components.count
        )
        return depths.0 == depths.1 ? a.offset < b.offset : depths.0 < depths.1
      }
      .map(\.element)
  }
}
