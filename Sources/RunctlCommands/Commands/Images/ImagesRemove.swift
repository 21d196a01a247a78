import ArgumentParser
import OCI
import Storage

extension ImagesCommand {
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
