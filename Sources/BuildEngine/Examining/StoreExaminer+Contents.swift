import Diagnostics
import FileSystem
import LayerArchive
import OCI
import Sandbox
import Storage

/// Content: blobs, layers and their unpacked form.
extension StoreExaminer {
  func examine(blob digest: Digest, _ belongings: Belongings) throws {
    guard try store.blobs.reread(digest, drops: drops, counting: tally.count) == .damaged else {
      return
    }
    let role = belongings.rolesOfBlob[digest].map { "a \($0) whose" } ?? "its"
    findings.add(
      StoreDamage(
        kind: .blob, name: digest.description,
        problem: "\(role) bytes are not what the name says",
        images: belongings.imagesOfBlob[digest, default: []],
        steps: belongings.steps(of: digest), isDropped: drops))
  }

  // MARK: Layers

  /// Reads what a layer holds, and compares it with its index, of which keys and copies are made.
  func examine(layer: StoredLayer, _ belongings: Belongings) throws {
    // Whoever finds a blob damaged takes its layers away before it.
    guard
      let status = try FileStatus.of(
        store.blobs.path(of: layer.descriptor.digest), followLink: true),
      try store.layers.row(of: layer.diffID) == layer
    else { return try examine(vanished: layer, belongings) }
    guard status.size == layer.descriptor.size else {
      return try note(layer, "it is not as long as noted", belongings)
    }
    let index: LayerIndex
    do {
      guard let found = try read(layer) else { return }
      index = found
    } catch let error as ArchiveError {
      return try note(layer, error.diagnostic.message, belongings)
    }
    guard try store.layers.index(of: layer.diffID) != index,
      try store.layers.row(of: layer.diffID) == layer
    else { return }
    // What reading it has given is right: nothing needs to be made again.
    if drops { try store.layers.add(layer, index: index) }
    findings.add(
      damage(.index, layer, "the list of its files is not what it holds", belongings))
  }

  private func examine(vanished layer: StoredLayer, _ belongings: Belongings) throws {
    guard try store.layers.row(of: layer.diffID) == layer,
      try FileStatus.of(store.blobs.path(of: layer.descriptor.digest), followLink: true) == nil
    else { return }
    try note(layer, "its content \(layer.descriptor.digest.short) is not there", belongings)
  }

  /// - Returns: nil when its blob is damaged, which was told, or gone.
  private func read(_ layer: StoredLayer) throws -> LayerIndex? {
    if findings.haveDamaged(blob: layer.descriptor.digest) { return nil }
    do {
      let blob = try store.blobs.reader(of: layer.descriptor.digest)
      return try LayerReader.read(
        CountedBlob(blob: blob, count: tally.count), mediaType: layer.descriptor.mediaType,
        expectedDiffID: layer.diffID, base: RootTree(layers: [])
      ).index
    } catch StorageError.missingBlob { return nil }
  }

  private func note(
    _ layer: StoredLayer, _ problem: String, _ belongings: Belongings
  ) throws {
    guard try store.layers.row(of: layer.diffID) == layer else { return }
    if drops { try store.layers.drop(layer) }
    findings.add(damage(.layer, layer, problem, belongings))
  }

  private func damage(
    _ kind: StoreDamage.Kind, _ layer: StoredLayer, _ problem: String, _ belongings: Belongings
  ) -> StoreDamage {
    StoreDamage(
      kind: kind, name: layer.diffID.description, problem: problem,
      images: belongings.imagesOfLayer[layer.diffID, default: []],
      steps: belongings.stepsOfLayer[layer.diffID, default: []], isDropped: drops)
  }

  // MARK: Snapshots

  func examine(
    snapshot name: Digest, _ origin: SnapshotOrigins.Origin, _ belongings: Belongings
  ) throws {
    while let seen = try store.snapshots.status(of: name) {
      let differences: [SnapshotDifference]
      do {
        differences = try self.differences(in: name, origin)
      } catch let error as FileError where error.isNotFound {
        // Somebody takes it away.
        continue
      }
      if differences.isEmpty { return }
      // Nobody writes to a store that cannot be written.
      let lock = store.isReadOnly ? nil : try store.lock(name)
      defer { _ = lock }
      if drops {
        guard try store.snapshots.drop(name, seen: seen) else { continue }
      } else {
        guard try store.snapshots.status(of: name) == seen else { continue }
      }
      let diffID = origin.layer.diffID
      return findings.add(
        StoreDamage(
          kind: .snapshot, name: name.description,
          problem: "the unpacked layer is not what the layer \(diffID.short) says",
          differences: differences, images: belongings.imagesOfLayer[diffID, default: []],
          steps: belongings.stepsOfLayer[diffID, default: []], isDropped: drops))
    }
  }

  private func differences(
    in name: Digest, _ origin: SnapshotOrigins.Origin
  ) throws -> [SnapshotDifference] {
    // Without its index nothing can be said; that was told.
    guard let index = try store.layers.index(of: origin.layer.diffID) else { return [] }
    guard try store.snapshots.status(of: name)?.kind == .directory else {
      return [SnapshotDifference(.root, .kind)]
    }
    let below = try origin.below?.compactMap { try store.layers.index(of: $0) }
    guard below?.count == origin.below?.count else { return [] }
    return try SnapshotExamination.differences(
      between: store.snapshots.path(of: name), and: index, base: below.map(RootTree.init(layers:)),
      form: .ofCaller, mayLackDevices: Sandbox.privilege != .root, counting: tally.count)
  }
}
