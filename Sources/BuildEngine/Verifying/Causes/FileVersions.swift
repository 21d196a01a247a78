package import OCI

/// One path in the layers that an instruction left in two builds.
package struct FileVersions: Sendable {
  /// What one of the builds left at the path.
  package struct Version: Sendable {
    package let entry: LayerEntry
    /// Of a file; not all of a very large one.
    package let content: [UInt8]

    package init(entry: LayerEntry, content: [UInt8]) {
      self.entry = entry
      self.content = content
    }
  }

  /// When and where a build was made.
  package struct Moment: Sendable {
    /// Both in seconds since 1970-01-01T00:00:00Z.
    package let began: Int64
    package let ended: Int64
    package let surroundings: Surroundings

    package init(began: Int64, ended: Int64, surroundings: Surroundings) {
      self.began = began
      self.ended = ended
      self.surroundings = surroundings
    }

    /// Before 2000 nobody built images.
    static let earliest: Int64 = 946_684_800

    /// Whether the days on which it may have been are too many to name.
    var isUnknown: Bool { began == Self.earliest }
  }

  package let path: TreePath
  /// nil where that build has nothing there.
  package let first: Version?
  package let second: Version?
  package let firstMoment: Moment
  package let secondMoment: Moment
  /// All paths that differ in the same layer.
  package let differing: Set<TreePath>

  package init(
    path: TreePath, first: Version?, second: Version?, firstMoment: Moment, secondMoment: Moment,
    differing: Set<TreePath>
  ) {
    self.path = path
    self.first = first
    self.second = second
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.differing = differing
  }
}

extension FileVersions {
  var moments: [Moment] { [firstMoment, secondMoment] }

  /// Both contents, when there are two files that differ in them.
  var contents: (first: [UInt8], second: [UInt8])? {
    guard let first, let second, first.entry.kind == .file, second.entry.kind == .file,
      first.entry.content != second.entry.content
    else { return nil }
    return (first.content, second.content)
  }
}
