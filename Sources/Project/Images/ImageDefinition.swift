package import Diagnostics
import FileSystem
package import OCI

/// An image of the project: all that is known before its Dockerfile is read.
package struct ImageDefinition: Sendable, Hashable {
  /// How the Dockerfile came to be the one.
  package enum Dockerfile: Sendable, Hashable {
    /// By the configuration, at `span`, or by a flag.
    case given(path: String, span: SourceSpan?)
    /// In one of the usual places of the directory.
    case detected(path: String)
    /// In none of the usual places of the directory.
    case missing(directory: String)
  }

  package let name: String
  package let dockerfile: Dockerfile
  /// Absolute.
  package let context: String
  /// nil: the last stage.
  package let target: String?
  /// Of `[docker]`, the image and the flags; in this order a later one wins.
  package let buildArguments: [String: String]
  package let tags: [ImageTag]
  package let push: [PushDestination]
  /// nil: the machine's own.
  package let platform: Platform?
  /// Files that hold requirements, relative to the context, sorted. Those of `requirements = […]`
  /// are there even when the disk does not have them.
  package let requirements: [String]
  /// By id: of the configuration, and over it those of the flags.
  package let secrets: [String: ImageSecret]
  package let run: RunSettings
  /// Whether files of the context keep nothing of their permissions but the executable bit.
  package let normalizesModes: Bool

  /// Whether nobody named a Dockerfile, and there is none in the usual places: then there is no image.
  package var hasNoDockerfile: Bool {
    if case .missing = dockerfile { true } else { false }
  }

  /// The path of the Dockerfile, absolute.
  ///
  /// - Throws: ``ProjectError/noDockerfile(directory:)``, or
  ///   ``ProjectError/dockerfileNotThere(path:span:)`` when the one that was asked for is not
  ///   there.
  package func dockerfilePath() throws(ProjectError) -> String {
    switch dockerfile {
    case .detected(let path): return path
    case .missing(let directory): throw .noDockerfile(directory: directory)
    case .given(let path, let span):
      guard FileTree.exists(path) else { throw .dockerfileNotThere(path: path, span: span) }
      return path
    }
  }
}
