import FileSystem
import FoundationEssentials
import OCI

/// Keeps the system-call filter in the kernel's form.
///
/// crun translates its list of names anew for each container, which takes longer than all the rest;
/// it also takes a filter that is ready. A file is named by what went into it: the list, and the
/// runtime by its path, size and time.
struct FilterCache {
  private let path: String

  /// - Returns: nil where nothing can be kept.
  init?(directory: String?, runtime: Runtime, container: String) {
    guard let directory, runtime.kind == .crun,
      let status = try? FileStatus.of(runtime.path, followLink: true)
    else { return nil }
    var hash = SHA256()
    hash.update(SeccompFilter.configuration.bytes)
    hash.update(Array("\(runtime.path) \(status.size) \(status.modified)".utf8))
    path = "\(directory)/seccomp-\(hash.finalize().hex)"
    made = "\(container)/seccomp.bpf"
  }

  /// Where the runtime leaves its translation.
  private let made: String

  func load() -> [UInt8]? {
    guard let bytes = try? FileTree.readIfPresent(path), Self.isFilter(bytes) else { return nil }
    return bytes
  }

  /// Keeps what the runtime made; whether that works is of no consequence.
  func save() {
    guard let bytes = try? FileTree.readIfPresent(made), Self.isFilter(bytes) else { return }
    try? FileTree.replace(path, with: bytes, permissions: 0o600)
  }

  /// An instruction has eight bytes, and the kernel takes 4096 of them.
  private static func isFilter(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.count % 8 == 0 && bytes.count <= 8 * 4096
  }
}

extension RuntimeConfiguration {
  /// The annotation under which crun takes a filter.
  ///
  /// Source: crun(1), "run.oci.seccomp_bpf_data".
  static func annotation(for filter: [UInt8]) -> JSONText {
    ["run.oci.seccomp_bpf_data": .string(Data(filter).base64EncodedString())]
  }
}
