import BuildEngine
import Dispatch
import FileSystem
import Glibc
import Launching
import LayerArchive
import OCI
import Processes
import Storage

/// Hands an image of the store over to this machine's Docker daemon, unless that has it already.
///
/// Source: Docker's image specification v1.2, "Combined Image JSON + Filesystem Changeset Format".
struct DockerLoading {
  private struct Entry: Encodable {
    let Config: String
    let RepoTags: [String]
    let Layers: [String]
  }

  let docker: DockerProgram
  let terminal: Terminal
  let store: Store

  /// - Returns: What the daemon calls the image: the digest of its configuration, or of a manifest
  ///   of its own where it keeps images as containerd does. Such a one gets a name, to be found again.
  func bring(_ manifest: Digest) throws -> String {
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: store.blobs.read(manifest))
    let id = parsed.config.digest.description
    let name = "runctl:\(manifest.hex)"
    if let found = try docker.imageID(of: id) ?? docker.imageID(of: name) { return found }
    let loaded = try load(parsed, manifest, id: id)
    if loaded != id { try docker.name(loaded, name) }
    return loaded
  }

  private func load(_ parsed: ImageManifest, _ manifest: Digest, id: String) throws -> String {
    terminal.note("handing the image \(manifest.short) to Docker")
    let view = AmountView("handing over", terminal: terminal)
    defer { view.end() }
    let (reader, writer) = try Self.ends()
    let queue = DispatchQueue(label: "handing over")
    // A daemon that takes no more says so itself.
    queue.async { try? write(parsed, to: File(descriptor: writer, path: "docker load"), view) }
    defer { queue.sync {} }
    defer { close(reader) }
    return try docker.load(reader, id: id)
  }

  /// Of a pipe, each to be closed by itself.
  private static func ends() throws -> (reader: Int32, writer: Int32) {
    let pipe = try Pipe()
    let reader = fcntl(pipe.reader.descriptor, F_DUPFD_CLOEXEC, 3)
    let writer = fcntl(pipe.writer.descriptor, F_DUPFD_CLOEXEC, 3)
    guard writer >= 0, reader >= 0 else {
      throw ProcessError.system(operation: "open a descriptor", errno: errno)
    }
    return (reader, writer)
  }

  private func write(
    _ manifest: ImageManifest, to file: consuming File, _ view: AmountView
  ) throws {
    let descriptor = file.descriptor
    let archive = ArchiveWriter { bytes in
      try Self.write(bytes, to: descriptor)
      view.add(Int64(bytes.count))
    }
    let config = manifest.config.digest
    var layers: [String] = []
    try archive.addFile("\(config.hex).json", store.blobs.read(config))
    for (number, layer) in manifest.layers.enumerated() {
      let name = "\(number)-\(layer.digest.hex).tar"
      try archive.addFile(
        name, size: layer.size, content: .file(path: store.blobs.path(of: layer.digest)))
      layers.append(name)
    }
    let entry = Entry(Config: "\(config.hex).json", RepoTags: [], Layers: layers)
    try archive.addFile("manifest.json", CanonicalJSON.encode([entry]))
    try archive.finish()
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, slice.baseAddress, slice.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError("write to", "docker load") }
      rest = rest.dropFirst(count)
    }
  }
}
