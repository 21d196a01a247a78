import ArgumentParser

struct ImagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "The images of the store: their names, what is in them, what they waste.",
    discussion: """
      An image is named by a name in the store, by its name in the project (then its last build is \
      meant), or by its digest, of which the first digits are enough.

      Examples:
        runctl images ls
        runctl images import rootfs.tar python:3.11-slim   a base image without a registry
        runctl images rm python:3.11-slim
        runctl images history python:3.11-slim   which instruction made which layer
        runctl images tree app                   where the bytes are, and which are wasted
        runctl images diff 3f2a91c0b7d4 app      what a build has changed
        runctl images advise app                 what would make it smaller, in bytes
      """,
    subcommands: [
      List.self, Import.self, Remove.self, History.self, Tree.self, Diff.self, Advise.self,
    ], defaultSubcommand: List.self)
}
