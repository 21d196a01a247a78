import BuildPlan
import OCI
import Storage

/// Makes configuration and manifest of the layers that came out.
struct ImageAssembly {
  let plan: BuildPlan
  /// RFC 3339, for everything that was created.
  let created: String

  /// - Parameter layersOfStep: How many layers a step added.
  func assemble(
    root: RootState, layersOfStep: (Step.ID) -> Int, into blobs: BlobDirectory
  ) throws -> Descriptor {
    var config = ImageConfig(platform: plan.platform)
    config.created = created
    config.author = plan.author
    config.config = plan.execution
    config.rootFS = .init(diffIDs: root.layers.map(\.diffID))
    config.history = history(layers: root.layers.count, layersOfStep: layersOfStep)
    let configBytes = try CanonicalJSON.encode(config)
    let configDescriptor = Descriptor(
      mediaType: .imageConfig, digest: try blobs.write(configBytes), size: Int64(configBytes.count))
    let layers = root.layers.map { layer in
      Descriptor(
        mediaType: layer.descriptor.mediaType.asOCI, digest: layer.descriptor.digest,
        size: layer.descriptor.size)
    }
    let manifest = try CanonicalJSON.encode(ImageManifest(config: configDescriptor, layers: layers))
    return Descriptor(
      mediaType: .imageManifest, digest: try blobs.write(manifest), size: Int64(manifest.count),
      platform: plan.platform)
  }

  /// As many entries without `empty_layer` as there are layers, as the specification wants it.
  private func history(
    layers: Int, layersOfStep: (Step.ID) -> Int
  ) -> [ImageConfig.History] {
    let own = plan.history.flatMap { entry in
      let count = entry.step.map(layersOfStep) ?? 0
      return (0..<max(1, count)).map { _ in
        ImageConfig.History(
          created: created, createdBy: entry.instruction, comment: "runctl",
          emptyLayer: count == 0)
      }
    }
    let described = own.count { $0.emptyLayer == nil }
    var base = plan.baseHistory
    let inBase = base.count { $0.emptyLayer != true }
    // A base whose history does not fit its layers is described anew, one entry a layer.
    if inBase != layers - described {
      base = (0..<max(0, layers - described)).map { _ in
        ImageConfig.History(
          created: created, createdBy: "a layer of the base image", comment: nil,
          emptyLayer: false)
      }
    }
    return base + own
  }
}
