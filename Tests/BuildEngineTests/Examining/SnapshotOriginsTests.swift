import OCI
import Storage
import Testing

@testable import BuildEngine

/// Which layer a snapshot is of, by its name alone.
@Suite struct SnapshotOriginsTests {
  private let digests = (0..<5).map { SHA256.digest(of: "layer \($0)") }

  private func layer(_ number: Int, isOwn: Bool = false) -> StoredLayer {
    let blob = Descriptor(mediaType: .layerGzip, digest: digests[number], size: 1)
    return StoredLayer(diffID: digests[number], descriptor: blob, isOwn: isOwn)
  }

  private func chain(_ numbers: [Int]) throws -> Digest {
    try #require(ChainID.of(numbers.map { digests[$0] }))
  }

  @Test func ownLayersHaveTheirDiffID() throws {
    let origins = SnapshotOrigins(
      of: [digests[0], digests[1]], layers: [layer(0, isOwn: true), layer(1, isOwn: true)],
      stacks: [[digests[0], digests[1]]])
    #expect(origins.origins.mapValues(\.below) == [digests[0]: nil, digests[1]: nil])
  }

  @Test func foreignLayersHaveTheirChain() throws {
    let names = [try chain([0]), try chain([0, 1])]
    let origins = SnapshotOrigins(
      of: names, layers: (0..<2).map { layer($0) }, stacks: [[digests[0], digests[1]]])
    #expect(origins.origins[names[0]]?.below == [])
    #expect(origins.origins[names[1]]?.below == [digests[0]])
    #expect(origins.origins[names[1]]?.layer == layer(1))
  }

  /// A stage that no image ends with: its stack is in no configuration.
  @Test func aStackThatNobodyWroteDownIsFound() throws {
    let names = try [[0], [0, 2], [0, 2, 1], [0, 2, 1, 3]].map(chain)
    let origins = SnapshotOrigins(
      of: names, layers: (0..<5).map { layer($0) }, stacks: [[digests[0]]])
    #expect(origins.origins[names[3]]?.below == [0, 2, 1].map { digests[$0] })
  }

  @Test func whatNobodyKnowsStaysUnknown() throws {
    let origins = SnapshotOrigins(
      of: [SHA256.digest(of: "else")], layers: [layer(0)], stacks: [[digests[0]]])
    #expect(origins.origins.isEmpty)
  }
}
