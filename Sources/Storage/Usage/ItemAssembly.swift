import FileSystem
import OCI

/// Makes items of what lies in the store's folder and of what is known of it.
struct ItemAssembly {
  let records: StoreRecords
  let needs: StoreNeeds
  let uses: LastUses
  /// What images with a name consist of, and what that was unpacked to.
  let named: Set<StoredItem.Name>
  let current: Set<StoredItem.Name>
  let blobs: BlobDirectory
  let probe: UseProbe

  func items(_ entries: [StoreFiles.Entry]) throws -> [StoredItem] {
    let blobs = Dictionary(
      records.layers.map { ($0.value.descriptor.digest, $0.key) }, uniquingKeysWith: { min($0, $1) }
    )
    let makers = makers()
    let there = Set(entries.map(\.name))
    return try entries.map { entry in
      switch entry.name {
      case .blob(let digest): try blob(entry, digest, blobs[digest], makers)
      case .snapshot(let name): try snapshot(entry, name, there)
      default: try other(entry)
      }
    } + records.steps.values.filter { $0.diffIDs.isEmpty }.map(step)
  }

  /// The steps that made each layer, by diff ID: the one that took longest.
  private func makers() -> [Digest: StepEntry] {
    var found: [Digest: StepEntry] = [:]
    for step in records.steps.values {
      for diffID in step.diffIDs {
        if let known = found[diffID], (known.duration, known.key) >= (step.duration, step.key) {
          continue
        }
        found[diffID] = step
      }
    }
    return found
  }

  private func item(
    _ entry: StoreFiles.Entry, _ kind: StoredItem.Kind, rebuild: Duration,
    standing: StoredItem.Standing, blob: Digest? = nil, title: String = ""
  ) throws -> StoredItem {
    StoredItem(
      entry.name, kind, bytes: entry.bytes,
      lastUsed: uses[entry.name] ?? entry.status.changed / 1_000_000_000, rebuild: rebuild,
      standing: standing, isInUse: try probe.isInUse(entry.name), blob: blob, title: title)
  }

  private func standing(_ name: StoredItem.Name) -> StoredItem.Standing {
    current.contains(name) ? .current : .superseded
  }

  private func blob(
    _ entry: StoreFiles.Entry, _ digest: Digest, _ diffID: Digest?, _ makers: [Digest: StepEntry]
  ) throws -> StoredItem {
    let standing = named.contains(entry.name) ? .named : standing(entry.name)
    if needs.documents.contains(digest) {
      return try item(entry, .document, rebuild: RebuildEstimate.asking, standing: standing)
    }
    guard let diffID, let layer = records.layers[diffID] else {
      if records.downloads[digest] != nil {
        return try item(
          entry, .download, rebuild: RebuildEstimate.downloading(entry.bytes), standing: standing)
      }
      // Manifests and configurations are JSON objects, and no layer begins like one.
      let isText = blobs.firstByte(of: digest) == UInt8(ascii: "{")
      return try item(
        entry, isText ? .document : .leftover, rebuild: RebuildEstimate.nothing,
        standing: standing)
    }
    if let step = makers[diffID] {
      return try item(
        entry, .layer, rebuild: step.duration, standing: standing, title: step.instruction)
    }
    return try item(
      entry, layer.isOwn ? .layer : .baseLayer,
      rebuild: RebuildEstimate.downloading(entry.bytes), standing: standing)
  }

  private func snapshot(
    _ entry: StoreFiles.Entry, _ name: Digest, _ there: Set<StoredItem.Name>
  ) throws -> StoredItem {
    let blob = records.snapshots[name].flatMap { records.layers[$0]?.descriptor.digest }
    return try item(
      entry, .snapshot, rebuild: RebuildEstimate.unpacking(entry.bytes),
      standing: standing(entry.name), blob: blob.flatMap { there.contains(.blob($0)) ? $0 : nil })
  }

  private func other(_ entry: StoreFiles.Entry) throws -> StoredItem {
    guard case .cacheMount(let key, _) = entry.name else {
      // What makes containers start faster is kept; a damaged database is for who wants to look.
      let isKept = entry.path.contains("/runtime-cache/")
      return try item(
        entry, .leftover, rebuild: RebuildEstimate.nothing,
        standing: isKept ? .current : .superseded)
    }
    // Several projects may have it, and only the last one is known.
    return try item(
      entry, .cacheMount, rebuild: RebuildEstimate.downloading(entry.bytes), standing: .current,
      title: records.cacheMounts[key]?.id ?? "")
  }

  private func step(_ step: StepEntry) -> StoredItem {
    StoredItem(
      .step(step.key), .step, bytes: 0, lastUsed: uses[.step(step.key)] ?? step.lastUsed,
      rebuild: step.duration, standing: standing(.step(step.key)), title: step.instruction)
  }
}
