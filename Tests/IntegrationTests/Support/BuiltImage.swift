import FileSystem
import Foundation
import Testing

extension Workbench {
  /// Builds the project's image, and reads what its own layers hold: paths, with the contents of
  /// regular files. The base's layer is left out.
  func buildAndRead(
    _ options: String..., location: SourceLocation = #_sourceLocation
  ) throws -> [String: String] {
    let output = "\(folder)/out-\(UUID().uuidString)"
    let result = try start(["build", "--output", "oci:\(output)"] + options).wait()
    try #require(result.succeeded, "\(result)", sourceLocation: location)
    let image = try ImageLayoutReader(output)
    var files: [String: String] = [:]
    for (index, layer) in image.layers.dropFirst().enumerated() {
      let place = "\(output)/layer-\(index)"
      try FileTree.makeDirectories(place)
      let blob = "\(output)/blobs/sha256/\(layer)"
      let unpacked = try run("tar", "--extract", "--gzip", "--file", blob, "--directory", place)
      try #require(unpacked.succeeded, "\(unpacked)", sourceLocation: location)
      for path in FileManager.default.enumerator(atPath: place) ?? .init() {
        guard let path = path as? String else { continue }
        files[path] =
          (try? FileTree.read("\(place)/\(path)")).map {
            String(decoding: $0, as: UTF8.self)
          } ?? ""
      }
    }
    return files
  }

  /// All files below a folder that hold a text, packed blobs unpacked.
  func filesHolding(_ text: String, below folder: String) throws -> [String] {
    let wanted = Data(text.utf8)
    return try (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { path in
        let whole = "\(folder)/\(path)"
        guard let bytes = FileManager.default.contents(atPath: whole) else { return false }
        if bytes.range(of: wanted) != nil { return true }
        guard bytes.starts(with: [0x1f, 0x8b]) else { return false }
        return try run("gzip", "--decompress", "--stdout", whole).output.contains(text)
      }
  }
}
