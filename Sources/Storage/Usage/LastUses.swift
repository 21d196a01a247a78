import OCI

/// When things of the store were last used, as far as steps, builds and names tell.
struct LastUses {
  private var times: [StoredItem.Name: Int64] = [:]

  init(_ records: StoreRecords, _ needs: inout StoreNeeds) {
    for step in records.steps.values { note(step.lastUsed, needs.parts(of: step)) }
    for build in records.roots.builds { note(build.lastUsed, needs.parts(of: build)) }
    for image in records.roots.images { note(image.created, needs.parts(ofImage: image.manifest)) }
    for (content, time) in records.downloads { note(time, [.blob(content)]) }
    for (key, mount) in records.cacheMounts { cacheMounts[key] = mount.lastUsed }
  }

  private var cacheMounts: [Digest: Int64] = [:]

  private mutating func note(_ time: Int64, _ names: Set<StoredItem.Name>) {
    for name in names { times[name] = max(times[name] ?? 0, time) }
  }

  /// Seconds since 1970-01-01T00:00:00Z; nil when nobody knows.
  subscript(name: StoredItem.Name) -> Int64? {
    if case .cacheMount(let key, _) = name { return cacheMounts[key] }
    return times[name]
  }
}
