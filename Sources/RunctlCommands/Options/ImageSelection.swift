import ArgumentParser
import Project

/// Which images a command is about, and what they are to be called.
struct ImageSelection: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      """
      Names of images of the project (all when none is given), or a context: '.' or a path with \
      '/'.
      """, valueName: "image | context"))
  var positionals: [String] = []

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("A name for the image; may be repeated.", valueName: "reference"))
  var tag: [String] = []

  /// A positional is a context when it cannot be a name.
  private static func isPath(_ text: String) -> Bool {
    text == "." || text == ".." || text.contains("/")
  }

  var imageNames: [String] { positionals.filter { !Self.isPath($0) } }

  /// - Parameter context: The value of `--context`.
  func contextPath(or context: String?) throws -> String? {
    let paths = positionals.filter(Self.isPath)
    guard paths.count + (context == nil ? 0 : 1) <= 1 else {
      throw UsageError(
        "several-contexts", "more than one context is given",
        help: "give one path, as an argument or by --context")
    }
    return paths.first ?? context
  }

  /// The names given by `-t`.
  func references() throws -> [PushDestination] {
    try tag.map { text in
      guard let destination = PushDestination(text) else {
        throw UsageError(
          "invalid-reference", "'\(text)' is not the name of an image",
          help: "write it as [registry/]name[:tag], in lower case")
      }
      return destination
    }
  }
}
