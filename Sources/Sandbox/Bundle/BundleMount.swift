/// One mount as the runtime is told of it.
struct BundleMount: Equatable {
  var destination: String
  var type: String
  var source: String
  var options: [String]

  var json: JSONText {
    [
      "destination": .string(destination), "type": .string(type), "source": .string(source),
      "options": .strings(options),
    ]
  }

  /// The file systems that every container has.
  ///
  /// No mount that can be written to lets a device be opened, and neither does the root: this, and
  /// not a control group, keeps a container with CAP_MKNOD from the host's disks. It needs no
  /// support from the system, and leaves nothing that would have to be removed. The few devices of
  /// `/dev` are the host's own files, mounted one by one.
  ///
  /// - Parameter ownsNetwork: Whether the namespace of the network belongs to the caller's user
  ///   namespace; otherwise the kernel does not let it mount sysfs, and the host's is shown.
  static func defaults(devices: [String], ownsNetwork: Bool) -> [BundleMount] {
    let strict = ["nosuid", "noexec", "nodev"]
    let system =
      ownsNetwork
      ? BundleMount(
        destination: "/sys", type: "sysfs", source: "sysfs", options: strict + ["ro"])
      : BundleMount(
        destination: "/sys", type: "none", source: "/sys", options: ["rbind", "ro"] + strict)
    return [
      BundleMount(destination: "/proc", type: "proc", source: "proc", options: strict),
      BundleMount(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "nodev", "strictatime", "mode=755", "size=65536k"]),
    ] + devices.map { device("/dev/\($0)", at: "/dev/\($0)") } + [
      BundleMount(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      BundleMount(
        destination: "/dev/shm", type: "tmpfs", source: "shm",
        options: strict + ["mode=1777", "size=65536k"]),
      BundleMount(
        destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: strict),
      system,
    ]
  }

  static func device(_ source: String, at destination: String) -> BundleMount {
    BundleMount(
      destination: destination, type: "bind", source: source, options: ["bind", "nosuid", "noexec"])
  }

  static func bind(_ source: String, at destination: String, isReadOnly: Bool) -> BundleMount {
    BundleMount(
      destination: destination, type: "bind", source: source,
      options: ["rbind", "rprivate", "nodev", isReadOnly ? "ro" : "rw"])
  }

  static func memory(
    at destination: String, size: Int64?, mode: UInt32, isReadOnly: Bool
  ) -> BundleMount {
    BundleMount(
      destination: destination, type: "tmpfs", source: "tmpfs",
      options: ["nosuid", "nodev", "mode=\(String(mode, radix: 8))"]
        + (size.map { ["size=\($0)"] } ?? []) + (isReadOnly ? ["ro"] : []))
  }
}
