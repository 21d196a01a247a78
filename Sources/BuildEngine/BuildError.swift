package import Diagnostics
import FileSystem
package import OCI

/// Why a step of a build failed; the place in the Dockerfile is added by whoever runs the step.
package enum BuildError: Error, Equatable {
  case sourceNotFound(pattern: String, inContext: Bool, nearest: String?, isIgnored: Bool)
  /// Nobody fetched what an ADD takes from elsewhere before the build began.
  case sourceNotFetched(String)
  case invalidPattern(String)
  case tooManyLinks(TreePath)
  case cannotReplaceDirectory(TreePath)
  case notADirectory(TreePath)
  case unknownUser(String)
  case unknownGroup(String)
  case contextKeepsChanging(TreePath)
  /// The command of a RUN; `tail` has the last lines of what it printed.
  case commandFailed(status: String, tail: [String])
  case unsupportedMediaType(String)
  case tooManyLayers(Int)
  case wrongPlatform(image: String, has: Platform, wanted: Platform)
  /// The project pins an image that is neither here nor in its registry.
  case pinNotFound(image: String, pin: Digest)
  /// A RUN needs a secret that nobody gave.
  case secretMissing(String)
  /// One that is to be a variable, and holds a NUL.
  case secretNotText(String)
  /// A RUN needs an SSH agent.
  case agentMissing(String)
  case interrupted
  /// What comes next needs owners that a normal user cannot give: the command must go on in a user
  /// namespace.
  case needsUserNamespace

  package var diagnostic: Diagnostic {
    Diagnostic(id: id, message, help: help)
  }

  private var id: String {
    switch self {
    case .sourceNotFound: "source-not-found"
    case .sourceNotFetched: "source-not-fetched"
    case .invalidPattern: "invalid-pattern"
    case .tooManyLinks: "too-many-links"
    case .cannotReplaceDirectory, .notADirectory: "destination-conflict"
    case .unknownUser: "unknown-user"
    case .unknownGroup: "unknown-group"
    case .contextKeepsChanging: "context-changed"
    case .commandFailed: "command-failed"
    case .unsupportedMediaType: "unsupported-layer"
    case .tooManyLayers: "too-many-layers"
    case .wrongPlatform: "wrong-platform"
    case .pinNotFound: "pin-not-found"
    case .secretMissing: "missing-secret"
    case .secretNotText: "invalid-secret"
    case .agentMissing: "missing-agent"
    case .interrupted: "interrupted"
    case .needsUserNamespace: "needs-user-namespace"
    }
  }

  private var message: String {
    switch self {
    case .sourceNotFound(let pattern, let inContext, let nearest, let isIgnored):
      "'\(pattern)' is not in the \(inContext ? "context" : "stage or image")"
        + (isIgnored ? ": the ignore file excludes it" : "")
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .sourceNotFetched(let name): "'\(name)' was not fetched"
    case .invalidPattern(let text):
      "'\(text)' is not a pattern: a '[' or '\\' in it is not complete"
    case .tooManyLinks(let path): "too many symbolic links on the way to '\(path)'"
    case .cannotReplaceDirectory(let path): "a file cannot replace the directory '\(path)'"
    case .notADirectory(let path): "'\(path)' is not a directory"
    case .unknownUser(let name): "the image has no user '\(name)'"
    case .unknownGroup(let name): "the image has no group '\(name)'"
    case .contextKeepsChanging(let path): "'\(path)' changes while it is being read"
    case .commandFailed(let status, _): "the command failed: \(status)"
    case .unsupportedMediaType(let type): "layers of type '\(type)' cannot be read"
    case .tooManyLayers(let count): "the image would have \(count) layers, and 127 are the limit"
    case .wrongPlatform(let image, let has, let wanted):
      "'\(image)' is for \(has), and \(wanted) is wanted"
    case .pinNotFound(let image, let pin):
      "'\(image)' is pinned to \(pin), which is neither here nor in its registry"
    case .secretMissing(let id): "the secret '\(id)' is needed, and it was not given"
    case .secretNotText(let id):
      "the secret '\(id)' cannot be a variable: there is a NUL in it"
    case .agentMissing(let id): "the SSH agent '\(id)' is needed, and it was not given"
    case .interrupted: "interrupted"
    case .needsUserNamespace: "this needs a user namespace"
    }
  }

  private var help: String? {
    switch self {
    case .sourceNotFound(_, let inContext, _, let isIgnored):
      if isIgnored {
        "add an exception, a line that starts with '!', to the ignore file"
      } else if inContext {
        "paths are relative to the context's root; create the file or correct the path"
      } else {
        "check what the earlier steps of that stage or image put there"
      }
    case .invalidPattern: "write '[[]' for a bracket that is part of a name"
    case .tooManyLinks: "look for links that lead to each other"
    case .cannotReplaceDirectory: "choose another destination, or remove the directory in a RUN"
    case .notADirectory: "choose another destination, or remove what is there in a RUN"
    case .unknownUser, .unknownGroup: "create it in a RUN before, or use a number"
    case .contextKeepsChanging:
      "stop what writes to it, or exclude it in '.dockerignore', then run the command again"
    case .commandFailed: "run the command by hand in the stage before, or correct it"
    case .unsupportedMediaType: "use an image with tar, tar+gzip or tar+zstd layers"
    case .tooManyLayers: "join RUN instructions with '&&'"
    case .wrongPlatform: "ask for the other platform with --platform, or use another base image"
    case .pinNotFound(let image, _): "take what it means now: runctl lock --update \(image)"
    case .secretMissing(let id): "give it with --secret id=\(id),src=FILE or id=\(id),env=NAME"
    case .secretNotText: "mount it as a file, with 'target' instead of 'env'"
    case .agentMissing(let id): "give it with --ssh \(id)"
    case .sourceNotFetched, .interrupted, .needsUserNamespace: nil
    }
  }
}

/// A failure with the step in which it happened.
package struct StepFailure: ReportableError {
  package let span: SourceSpan
  package let instruction: String
  package let cause: any Error

  package init(span: SourceSpan, instruction: String, cause: any Error) {
    self.span = span
    self.instruction = instruction
    self.cause = cause
  }

  package var diagnostic: Diagnostic {
    let inner: Diagnostic
    switch cause {
    case let error as BuildError: inner = error.diagnostic
    case let error as any ReportableError: inner = error.diagnostic
    case let error as Diagnostic: inner = error
    default: inner = Diagnostic(id: "internal", "\(cause)")
    }
    return Diagnostic(
      inner.severity, id: inner.id, inner.message, at: inner.span ?? span,
      replacement: inner.replacement, help: inner.help)
  }

  /// The last lines of what the failed command printed.
  package var tail: [String] {
    if case .commandFailed(_, let tail)? = cause as? BuildError { tail } else { [] }
  }
}
