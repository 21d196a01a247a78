package import Diagnostics
package import OCI

/// Something that makes, or may change, a root file system. What only changes how a container is
/// started is not a step: the plan has done it already.
package struct Step: Sendable {
  package struct ID: Sendable, Hashable {
    package let index: Int
  }

  package let id: ID
  /// The stage's name, or its number; nil for a single stage without a name.
  package let stage: String?
  /// The instruction as people recognise it, on one line.
  package let instruction: String
  package let span: SourceSpan
  /// Whose root file system it starts from; nil for a base.
  package let parent: ID?
  package let operation: Operation

  /// The steps that must be done before this one.
  package var dependencies: [ID] {
    var found = parent.map { [$0] } ?? []
    switch operation {
    case .copy(let copy):
      if case .root(let source) = copy.source { found.append(source) }
    case .run(let run): found += run.mounts.compactMap(\.dependency)
    case .base, .makeDirectory: break
    }
    return found
  }
}

package enum Operation: Sendable {
  /// nil is `scratch`, the root without anything in it.
  case base(BaseKey?)
  case run(RunOperation)
  case copy(CopyOperation)
  case makeDirectory(DirectoryOperation)
}

package struct RunOperation: Sendable, Hashable {
  /// A file that is there while the command runs, and never part of the layer.
  package struct Script: Sendable, Hashable {
    package let path: String
    package let text: String
  }

  package let arguments: [String]
  package let script: Script?
  /// `NAME=value`, all that the command sees.
  package let environment: [String]
  /// Like `environment`, but without influence on what comes out: proxies.
  package let transparentEnvironment: [String]
  package let workingDirectory: String
  /// As USER has it; empty for root.
  package let user: String
  package let hasNetwork: Bool
  package let mounts: [RunMount]
}

package struct CopyOperation: Sendable {
  package enum Source: Sendable, Hashable {
    case context
    /// The root file system that a step leaves.
    case root(Step.ID)
  }

  /// A path or pattern in the source, and where the Dockerfile has it.
  package struct Pattern: Sendable {
    package let text: String
    package let span: SourceSpan
  }

  /// A file whose content stands in the Dockerfile.
  package struct InlineFile: Sendable {
    package let name: String
    package let content: [UInt8]
  }

  package let source: Source
  package let patterns: [Pattern]
  package let inlineFiles: [InlineFile]
  /// What comes from elsewhere.
  package let remotes: [RemoteFile]
  /// Absolute; a slash at the end, where one was written, means a directory.
  package let destination: String
  /// `user[:group]`, names or numbers.
  package let owner: String?
  /// The bits 07777.
  package let permissions: UInt16?
  /// ADD: archives are taken apart.
  package let unpacksArchives: Bool
  /// Patterns of what is left out, relative to the source.
  package let excludes: [String]
}

/// A directory that must exist, with those above it: WORKDIR.
package struct DirectoryOperation: Sendable, Hashable {
  package let path: TreePath
  /// Of directories that have to be made; as USER has it, empty for root.
  package let owner: String
}
