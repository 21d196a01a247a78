package import BuildPlan
import OCI
import Storage

/// What a build has made differently from an image that somebody made elsewhere.
package struct PublishedComparison: Sendable {
  package struct Finding: Sendable {
    /// nil for what no instruction of the plan has left.
    package let step: Step.ID?
    package let finding: DifferenceFinding
  }

  /// What was compared at which level: the first that is equal ends it.
  package enum Result: Sendable {
    case same
    /// The same files and the same configuration in another compressed form.
    case sameUncompressed
    case different([Finding])

    package var isSame: Bool {
      if case .different = self { false } else { true }
    }
  }

  private let build: ComparedBuild
  private let image: PublishedImage

  package init(_ build: ComparedBuild, with image: PublishedImage) {
    self.build = build
    self.image = image
  }

  package func result() throws -> Result {
    if build.image.manifest.digest == image.manifest.digest { return .same }
    if build.image.config.digest == image.configDigest { return .sameUncompressed }
    let own = root
    if own.layers.map(\.diffID) == image.config.rootFS.diffIDs { return .different([]) }
    return .different(try findings(own, image.root()))
  }

  private var root: RootState {
    RootState(
      layers: build.plan.chain(to: build.plan.result).flatMap {
        build.image.layersOfSteps[$0.index]
      })
  }

  // MARK: Files

  /// A path that differs, and the layers that it is in on either side, from the bottom.
  private struct Place {
    let file: EntryDifference
    let own: Int?
    let other: Int?
  }

  private func findings(_ own: RootState, _ other: RootState) throws -> [Finding] {
    let places = try places(own, other)
    let differing = Set(places.map(\.file.path))
    var groups: [(step: Step.ID?, files: FindingGroups)] = []
    for place in places {
      let versions = FileVersions(
        path: place.file.path, first: try version(place.file.before, place.own, own),
        second: try version(place.file.after, place.other, other), firstMoment: build.moment,
        secondMoment: .unknown(until: build.moment.ended), differing: differing)
      let cause = DifferenceCause.find(in: versions)
      let step = place.own.flatMap(self.step)
      if let index = groups.firstIndex(where: { $0.step == step }) {
        groups[index].files.add(place.file, cause)
      } else {
        var files = FindingGroups()
        files.add(place.file, cause)
        groups.append((step, files))
      }
    }
    return groups.sorted { ($0.step?.index ?? -1) < ($1.step?.index ?? -1) }.flatMap { group in
      group.files.all.map { Finding(step: group.step, finding: $0) }
    }
  }

  /// Layer by layer, where both have as many; else what is seen of all of them together.
  private func places(_ own: RootState, _ other: RootState) throws -> [Place] {
    let (layers, others) = (own.layers.map(\.diffID), other.layers.map(\.diffID))
    if layers.count == others.count {
      return try layers.indices.filter { layers[$0] != others[$0] }.flatMap { index in
        try differences(entries([layers[index]]), entries([others[index]]))
          .map { Place(file: $0, own: index, other: index) }
      }
    }
    let (tree, otherTree) = (
      try build.services.reader.tree(of: own), try build.services.reader.tree(of: other)
    )
    let all = [tree, otherTree].map { LayerIndex($0.descendants(of: .root)) }
    return differences(all[0], all[1]).map {
      Place(file: $0, own: tree.owner(of: $0.path), other: otherTree.owner(of: $0.path))
    }
  }

  private func entries(_ layers: [Digest]) throws -> LayerIndex {
    try ComparedBuild.entries(of: layers, in: build.services)
  }

  private func differences(_ own: LayerIndex, _ other: LayerIndex) -> [EntryDifference] {
    LayerIndex.differences(own, other).compactMap { EntryDifference($0.old, $0.new) }
  }

  private func version(
    _ entry: LayerEntry?, _ layer: Int?, _ root: RootState
  ) throws -> FileVersions.Version? {
    guard let entry else { return nil }
    guard entry.kind == .file, let layer else { return .init(entry: entry, content: []) }
    let directory = try build.services.snapshots.directory(of: layer, in: root)
    return .init(
      entry: entry,
      content: try SnapshotFile.read(entry.path, in: directory, limit: FileVersions.contentLimit))
  }

  /// The step that has left a layer of the image.
  private func step(of layer: Int) -> Step.ID? {
    var end = 0
    for step in build.plan.chain(to: build.plan.result) {
      end += build.image.layersOfSteps[step.index].count
      if layer < end { return step }
    }
    return nil
  }
}

extension FileVersions.Moment {
  /// Of an image about which nobody says when and where it was made.
  fileprivate static func unknown(until now: Int64) -> Self {
    .init(began: earliest, ended: now, surroundings: .usual)
  }
}
