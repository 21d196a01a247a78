package import OCI

/// What a run on another machine needs there, as far as it is known beforehand.
package struct RunNeeds: Sendable {
  package enum Program: Sendable {
    case container(Image)
    /// With the machine's own Python.
    case code
    /// A container whose image is not there yet.
    case unknownImage
  }

  package struct Image: Sendable {
    /// As it is pulled.
    package let reference: ImageReference
    package let platform: Platform
    /// `NAME=value`.
    package let environment: [String]
    /// Of the unpacked files, in bytes; nil when nobody has counted them.
    package let unpackedSize: Int64?
    /// Of the compressed layers, in bytes; nil when nobody knows them.
    package let compressedSize: Int64?
    /// Its diff ID.
    let lowestLayer: Digest?

    package init(
      reference: ImageReference, config: ImageConfig, unpackedSize: Int64?,
      compressedSize: Int64?
    ) {
      self.reference = reference
      platform = config.platform
      environment = config.config?.environment ?? []
      lowestLayer = config.rootFS.diffIDs.first
      self.unpackedSize = unpackedSize
      self.compressedSize = compressedSize
    }

    package var cuda: CUDANeed? { CUDANeed(environment: environment) }

    /// What a pull takes on the disk at most, in bytes, as far as it is known: a compressed layer is
    /// there until it is unpacked.
    var roomNeeded: Int64? {
      guard let compressedSize else { return unpackedSize }
      return (unpackedSize ?? compressedSize) + compressedSize
    }

    /// What it takes at least where none of its layers is there, in bytes, as far as it is known.
    var leastRoom: Int64? { unpackedSize ?? compressedSize }
  }

  package var program: Program
  package var gpus = RunResources.GPUs.auto
  /// The region of the image's registry when that is ECR.
  package var ecrRegion: String?
  /// That code, data or results go through.
  package var bucket: String?

  package init(_ program: Program) { self.program = program }

  var usesDocker: Bool {
    if case .code = program { false } else { true }
  }

  var image: Image? {
    if case .container(let image) = program { image } else { nil }
  }
}
