import LayerArchive
import OCI
import Storage

@testable import BuildEngine

/// An archive of a cache put together by hand: one image of one layer, one loose layer, one step.
struct TestArchive {
  /// In the order in which they are written.
  var files: [(name: String, bytes: [UInt8])] = []
  let layer: TestLayer
  let loose: TestLayer
  let key = SHA256.digest(of: "a step")

  /// A layer of one file, and what names it.
  struct TestLayer {
    let bytes: [UInt8]
    let diffID: Digest

    init(_ text: String) throws {
      var tar: [UInt8] = []
      let writer = ArchiveWriter { tar.append(contentsOf: $0) }
      try writer.addFile("file", Array(text.utf8))
      try writer.finish()
      (bytes, diffID) = (tar, SHA256.digest(of: tar))
    }

    var descriptor: Descriptor { CacheArchive.descriptor(of: bytes, .layer) }
  }

  /// - Parameters:
  ///   - change: What is done to the lists before they are written.
  init(_ change: (inout Lists) -> Void = { _ in }) throws {
    layer = try TestLayer("in the image")
    loose = try TestLayer("in no image")
    var lists = Lists(layer, loose, key)
    change(&lists)
    let config = add(try CanonicalJSON.encode(lists.config), .imageConfig)
    var manifest = ImageManifest(config: config, layers: lists.layers)
    manifest.artifactType = lists.imageArtifactType
    var image = add(try CanonicalJSON.encode(manifest), .imageManifest)
    image.annotations = [
      CacheArchive.roleAnnotation: lists.role, CacheArchive.nameAnnotation: lists.name,
    ]
    var sources: [Descriptor] = []
    if !lists.sources.isEmpty {
      let list = CacheArchive.Sources(sources: lists.sources)
      sources = [add(try CanonicalJSON.encode(list), CacheArchive.sourcesType)]
    }
    let steps = add(try CanonicalJSON.encode(lists.steps), CacheArchive.stepsType)
    var cache = ImageManifest(
      config: add(CacheArchive.emptyDocument, .empty), layers: [steps] + sources + lists.parts)
    cache.artifactType = lists.artifactType
    let records = add(try CanonicalJSON.encode(cache), .imageManifest)
    _ = add(layer.bytes, .layer)
    _ = add(loose.bytes, .layer)
    let index = ImageIndex(manifests: [image, records] + lists.more)
    files.insert(("index.json", try CanonicalJSON.encode(index)), at: 0)
    files.insert(("oci-layout", Array(lists.layout.utf8)), at: 0)
  }

  struct Lists {
    var layout = #"{"imageLayoutVersion":"1.0.0"}"#
    var config = ImageConfig(platform: .host)
    var layers: [Descriptor]
    var imageArtifactType: String?
    var name = "docker.io/library/image:1"
    var role = "image"
    var steps: CacheArchive.Steps
    var parts: [Descriptor]
    var artifactType: String? = CacheArchive.artifactType
    var sources: [CacheArchive.Source] = []
    /// Beside the image and the records.
    var more: [Descriptor] = []

    mutating func source(_ name: String, mark: String = "") {
      sources = [
        CacheArchive.Source(
          name: name, content: SHA256.digest(of: "nowhere"), size: 7, mark: mark)
      ]
    }

    init(_ layer: TestLayer, _ loose: TestLayer, _ key: Digest) {
      config.rootFS = .init(diffIDs: [layer.diffID])
      layers = [layer.descriptor]
      var part = loose.descriptor
      part.annotations = [CacheArchive.diffIDAnnotation: loose.diffID.description]
      parts = [part]
      steps = CacheArchive.Steps(steps: [
        CacheArchive.Step(
          key,
          .init(
            instruction: "RUN true", diffIDs: [loose.diffID], inputs: Array("[]".utf8),
            duration: .milliseconds(7)))
      ])
    }
  }

  private mutating func add(_ bytes: [UInt8], _ type: MediaType) -> Descriptor {
    let descriptor = CacheArchive.descriptor(of: bytes, type)
    files.append((Self.name(of: descriptor.digest), bytes))
    return descriptor
  }

  static func name(of digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }

  func bytes() throws -> [UInt8] {
    var tar: [UInt8] = []
    let writer = ArchiveWriter { tar.append(contentsOf: $0) }
    for file in files { try writer.addFile(file.name, file.bytes) }
    try writer.finish()
    return tar
  }
}
