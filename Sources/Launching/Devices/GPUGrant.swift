import FileSystem
import Sandbox

/// The GPUs that a run gets, and what comes with them into its container.
package struct GPUGrant: Sendable, Equatable, Codable {
  /// Names by which the maker's tools know them; empty without any.
  package var devices: [String] = []
  /// All that there are.
  package var isAll = false
  /// What would help where there are none, though the machine seems to have some.
  package private(set) var remedy: String?
  var environment: [String] = []
  var mounts: [SandboxMount] = []
  var hooks: [SandboxHook] = []

  package init() {}

  package var isEmpty: Bool { devices.isEmpty }

  /// For the sandbox: by the specifications of this machine.
  ///
  /// - Throws: ``LaunchError/gpusMissing(wanted:found:remedy:)`` when there are fewer than asked for.
  package static func find(
    _ wanted: RunResources.GPUs, in directories: [String]? = nil, driver: String = GPUGrant.driver
  ) throws(LaunchError) -> GPUGrant {
    if wanted == .none { return GPUGrant() }
    let (specifications, unreadable) = DeviceSpecification.find(
      in: directories ?? DeviceSpecification.directories)
    let count = specifications.map { numbered($0).count }.reduce(0, +)
    let isEnough =
      switch wanted {
      case .auto, .none: true
      case .all: count > 0
      case .count(let needed): count >= needed
      }
    guard isEnough else {
      throw .gpusMissing(
        wanted: wanted.words, found: count,
        remedy: remedy(unreadable, count: count, driver))
    }
    var grant = GPUGrant()
    if count == 0, !unreadable.isEmpty || FileTree.exists(driver) {
      grant.remedy = remedy(unreadable, count: count, driver)
    }
    grant.isAll = true
    var left = Int.max
    if case .count(let needed) = wanted { (left, grant.isAll) = (needed, needed == count) }
    for specification in specifications {
      let taken = numbered(specification).prefix(left)
      guard !taken.isEmpty else { continue }
      left -= taken.count
      grant.add(specification.containerEdits)
      for device in taken {
        grant.devices.append("\(specification.kind)=\(device.name)")
        grant.add(device.containerEdits)
      }
    }
    return grant
  }

  /// For Docker, whose daemon knows how containers get them.
  package static func docker(
    _ wanted: RunResources.GPUs, driver: String = GPUGrant.driver
  ) throws(LaunchError) -> GPUGrant {
    var grant = GPUGrant()
    let isThere = FileTree.exists(driver)
    switch wanted {
    case .none: return grant
    case .auto:
      if !isThere { return grant }
      (grant.devices, grant.isAll) = (["all"], true)
    case .all where isThere: (grant.devices, grant.isAll) = (["all"], true)
    case .count(let count) where isThere: grant.devices = (0..<count).map(String.init)
    case .all, .count:
      throw .gpusMissing(
        wanted: wanted.words, found: 0,
        remedy: "install the NVIDIA driver, or run without (--gpus none)")
    }
    return grant
  }

  /// There as soon as NVIDIA's driver is.
  package static let driver = "/dev/nvidiactl"

  /// Each device has a number, and other names beside it.
  private static func numbered(
    _ specification: DeviceSpecification
  ) -> [DeviceSpecification.Device] {
    let numbered = specification.devices.filter { Int($0.name) != nil }
      .sorted { (Int($0.name) ?? 0) < (Int($1.name) ?? 0) }
    return numbered.isEmpty ? specification.devices.filter { $0.name != "all" } : numbered
  }

  private static func remedy(
    _ unreadable: [String], count: Int, _ driver: String
  ) -> String {
    let generate = "nvidia-ctk cdi generate --format=json --output=/etc/cdi/nvidia.json"
    if count > 0 { return "ask for fewer, or for all that there are (--gpus all)" }
    if let first = unreadable.first {
      return "'\(first)' cannot be read, only JSON can: \(generate)"
    }
    return FileTree.exists(driver)
      ? "describe them for containers: \(generate)"
      : "install the driver and describe them (\(generate)), or run without (--gpus none)"
  }

  private mutating func add(_ edits: DeviceSpecification.Edits?) {
    environment += edits?.env ?? []
    mounts += (edits?.deviceNodes ?? []).map {
      SandboxMount(.device($0.hostPath ?? $0.path), target: $0.path)
    }
    mounts += (edits?.mounts ?? []).map {
      SandboxMount(
        .bind($0.hostPath), target: $0.containerPath,
        isReadOnly: $0.options?.contains("ro") ?? false)
    }
    hooks += (edits?.hooks ?? []).compactMap { hook in
      SandboxHook.Stage(rawValue: hook.hookName).map {
        SandboxHook($0, path: hook.path, arguments: hook.args ?? [], environment: hook.env ?? [])
      }
    }
  }
}

extension RunResources.GPUs {
  /// As they are asked for.
  var words: String {
    switch self {
    case .auto: "auto"
    case .all: "all"
    case .none: "none"
    case .count(let count): "\(count)"
    }
  }
}
