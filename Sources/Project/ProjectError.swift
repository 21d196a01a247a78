package import Diagnostics

/// Why a project cannot be used as asked.
package enum ProjectError: ReportableError, Equatable {
  case noDockerfile(directory: String)
  case dockerfileNotThere(path: String, span: SourceSpan?)
  case contextNotThere(path: String, span: SourceSpan?)
  case noPushDestination(image: String)
  case unknownImage(name: String, known: [String])
  case configurationIsNoFile(path: String)
  case configurationTooLarge(path: String)

  package var diagnostic: Diagnostic {
    switch self {
    case .noDockerfile(let directory):
      Diagnostic(
        id: "no-dockerfile", "no Dockerfile in '\(directory)'",
        help: "looked for \(DockerfileDetection.places.joined(separator: ", ")); name another"
          + " with -f or 'dockerfile' in [images.NAME]")
    case .dockerfileNotThere(let path, let span):
      Diagnostic(id: "no-dockerfile", "there is no file '\(path)'", at: span)
    case .contextNotThere(let path, let span):
      Diagnostic(
        id: "no-context", "there is no directory '\(path)' to be the context", at: span,
        help: "a context in the configuration is relative to the project's root")
    case .noPushDestination(let image):
      Diagnostic(
        id: "no-push-destination", "nothing says where image '\(image)' is to be pushed",
        help: "set 'ecr_registry' or 'dockerhub_username' in [docker], 'push' in"
          + " [images.\(image)], or give -t")
    case .unknownImage(let name, let known):
      unknownImage(name, known)
    case .configurationIsNoFile(let path):
      Diagnostic(id: "bad-configuration-file", "'\(path)' is not a regular file")
    case .configurationTooLarge(let path):
      Diagnostic(id: "bad-configuration-file", "'\(path)' is larger than 1 MiB")
    }
  }

  private func unknownImage(_ name: String, _ known: [String]) -> Diagnostic {
    let question =
      Suggestion.closest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
    return Diagnostic(
      id: "unknown-image", "no image is named '\(Printable.text(name))'\(question)",
      help: "this project has: \(known.joined(separator: ", "))")
  }
}
