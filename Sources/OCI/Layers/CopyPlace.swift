/// Where a COPY put something: what is at `source` in the context is at `destination` in the image,
/// and so is everything inside it.
package struct CopyPlace: Hashable, Sendable, Codable {
  package let source: TreePath
  package let destination: TreePath

  package init(source: TreePath, destination: TreePath) {
    self.source = source
    self.destination = destination
  }

  /// - Parameter places: In the order in which they were copied; a later one wins.
  /// - Returns: Where in the image a path of the context may be, the likeliest first.
  package static func candidates(for path: TreePath, in places: [CopyPlace]) -> [TreePath] {
    places.reversed().compactMap { place in
      path.relative(to: place.source).map { place.destination.appending($0) }
    }
  }
}

extension TreePath: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: bytes, as: UTF8.self))
  }
}
