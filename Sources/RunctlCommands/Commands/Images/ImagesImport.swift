import ArgumentParser
import BuildEngine
import OCI
import Storage

extension ImagesCommand {
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
}
