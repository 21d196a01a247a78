package import BuildPlan
package import ContextScan
import FileSystem
import Glibc
import LayerArchive
package import OCI
import Storage

/// One of two builds of a plan that are compared, and where what it left can be looked at.
package struct ComparedBuild: Sendable {
  package let services: BuildServices
  package let plan: BuildPlan
  package let context: BuildContext
  package let image: BuiltImage
  package let moment: FileVersions.Moment

  /// - Parameter moment: When the image was made.
  package init(
    services: BuildServices, plan: BuildPlan, context: BuildContext, image: BuiltImage,
    moment: FileVersions.Moment
  ) {
    self.services = services
    self.plan = plan
    self.context = context
    self.image = image
    self.moment = moment
  }

  package var config: ImageConfig {
    get throws {
      try CanonicalJSON.decode(
        ImageConfig.self, from: services.store.blobs.read(image.config.digest))
    }
  }

  /// Everything that a step has added, as one layer.
  func entries(of step: Step.ID) throws -> LayerIndex {
    try Self.entries(of: image.layersOfSteps[step.index].map(\.diffID), in: services)
  }

  static func entries(of layers: [Digest], in services: BuildServices) throws -> LayerIndex {
    let indexes = try layers.map { layer in
      guard let index = try services.store.layers.index(of: layer) else {
        throw StorageError.missingBlob(layer)
      }
      return index
    }
    return indexes.count == 1 ? indexes[0] : LayerIndex(indexes.flatMap(\.entries))
  }

  /// What is in a file that a step has added.
  func version(_ entry: LayerEntry, of step: Step.ID) throws -> FileVersions.Version {
    let path = entry.kind == .hardLink ? TreePath(trusted: entry.link) : entry.path
    let isFile = entry.kind == .file || entry.kind == .hardLink
    return FileVersions.Version(
      entry: entry, content: isFile ? try content(of: path, addedBy: step) ?? [] : [])
  }

  private func content(of path: TreePath, addedBy step: Step.ID) throws -> [UInt8]? {
    let below = plan[step].parent.map { plan.chain(to: $0) } ?? []
    let start = below.reduce(0) { $0 + image.layersOfSteps[$1.index].count }
    let own = image.layersOfSteps[step.index]
    let root = RootState(layers: (below + [step]).flatMap { image.layersOfSteps[$0.index] })
    for (offset, layer) in own.enumerated().reversed() {
      guard try services.store.layers.index(of: layer.diffID)?.entry(at: path) != nil else {
        continue
      }
      let directory = try services.snapshots.directory(of: start + offset, in: root)
      return try SnapshotFile.read(path, in: directory, limit: FileVersions.contentLimit)
    }
    return nil
  }
}

extension FileVersions {
  /// What is read of a file, in bytes.
  static let contentLimit = 16 << 20
}
