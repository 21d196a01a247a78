import ArgumentParser
import OCI
import Storage

extension ImagesCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List images.")

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print names only.")
    var quiet = false

    func run() throws {
      try Session.run {
        let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
        let terminal = Terminal.standard
        let images = try store.images.all()
        if json {
          try JSONOutput.print(ImageList(images, in: store), to: terminal)
        } else if quiet {
          images.forEach { terminal.print($0.name.familiar) }
        } else {
          try ImageList(images, in: store).table.print(to: terminal)
        }
        return .success
      }
    }
  }
}

/// The images of the store with their sizes.
private struct ImageList: Encodable {
  struct Row: Encodable {
    let name: String
    let digest: String
    let platform: String
    let layers: Int
    /// Of the compressed layers, in bytes.
    let size: Int64
    let created: Int64
  }

  let images: [Row]

  init(_ images: [NamedImage], in store: Store) throws {
    self.images = images.compactMap { image in
      guard let bytes = try? store.blobs.read(image.manifest.digest),
        let manifest = try? CanonicalJSON.decode(ImageManifest.self, from: bytes),
        let configBytes = try? store.blobs.read(manifest.config.digest),
        let config = try? CanonicalJSON.decode(ImageConfig.self, from: configBytes)
      else { return nil }
      return Row(
        name: image.name.familiar, digest: image.manifest.digest.description,
        platform: config.platform.description, layers: manifest.layers.count,
        size: manifest.layers.reduce(0) { $0 + $1.size }, created: image.created)
    }
  }

  var table: Table {
    var table = Table("NAME", "DIGEST", "PLATFORM", "LAYERS", "SIZE")
    for row in images {
      table.add(
        row.name, String(row.digest.dropFirst(7).prefix(12)), row.platform, String(row.layers),
        Quantity.bytes(row.size))
    }
    return table
  }
}
