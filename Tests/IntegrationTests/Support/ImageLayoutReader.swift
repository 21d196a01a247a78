import FileSystem
import Foundation
import Testing

/// An OCI layout or a registry's answer, read without any code of the program.
struct ImageLayoutReader {
  private struct Descriptor: Decodable {
    let digest: String
  }
  private struct Index: Decodable {
    let manifests: [Descriptor]
  }
  private struct Manifest: Decodable {
    let config: Descriptor
    let layers: [Descriptor]
  }

  /// In hexadecimal, as all here.
  let manifest: String
  let config: String
  let layers: [String]

  init(_ folder: String) throws {
    let index: Index = try Self.decode("\(folder)/index.json")
    manifest = Self.hex(try #require(index.manifests.first))
    let decoded: Manifest = try Self.decode("\(folder)/blobs/sha256/\(manifest)")
    config = Self.hex(decoded.config)
    layers = decoded.layers.map(Self.hex)
  }

  private static func decode<Value: Decodable>(_ path: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(FileTree.read(path)))
  }

  private static func hex(_ descriptor: Descriptor) -> String {
    String(descriptor.digest.dropFirst("sha256:".count))
  }
}
