import ArgumentParser
import BuildEngine
import FileSystem
import OCI
import Storage

struct ImagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "The images that have a name in the store.",
    discussion: """
      Examples:
        runctl images ls
        runctl images import rootfs.tar python:3.11-slim   a base image without a registry
        runctl images rm python:3.11-slim
      """,
    subcommands: [List.self, Import.self, Remove.self], defaultSubcommand: List.self)

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

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Make an image of a root file system in a tar file.",
      discussion: "A name that a Dockerfile has in FROM then means this image, here.")

    @Argument(help: "A tar file, compressed by gzip, zstd or not at all.", completion: .file())
    var file: String

    @Argument(help: "The image's name, such as python:3.11-slim.")
    var name: String

    @Option(help: "The machine that it is for (default: this one).")
    var platform: String?

    func run() throws {
      try Session.run {
        guard let reference = ImageReference(name), reference.digest == nil else {
          throw UsageError(
            "invalid-reference", "'\(name)' is not the name of an image",
            help: "write it as name:tag, in lower case")
        }
        guard let machine = platform.map({ Platform($0) }) ?? .host else {
          throw UsageError(
            "invalid-platform", "'\(platform ?? "")' is not a platform", help: "write linux/amd64")
        }
        let start = ContinuousClock.now
        let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
        Terminal.standard.note("importing \(file)")
        let manifest = try RootImport.run(
          file, platform: machine, epoch: SourceDate.epoch(ProcessEnvironment.all), into: store)
        try store.images.set([reference], to: manifest)
        Terminal.standard.print(
          "imported \(reference.familiar) \(manifest.digest.short) "
            + "(\(Quantity.duration(.now - start)))")
        return .success
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Take names away.",
      discussion: "What nothing needs any more goes with 'runctl cache prune'.")

    @Argument(help: "Names of images.")
    var names: [String]

    func run() throws {
      try Session.run {
        let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
        for name in names {
          guard let reference = ImageReference(name), try store.images.remove(reference) else {
            throw UsageError(
              "unknown-image", "no image is named '\(name)'",
              help: "'runctl images ls' lists the names")
          }
          Terminal.standard.print("removed \(reference.familiar)")
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
