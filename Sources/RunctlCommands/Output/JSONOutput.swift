import FoundationEssentials

/// Documents for scripts: one object with the version of its schema.
enum JSONOutput {
  private struct Document<Body: Encodable>: Encodable {
    let schemaVersion = 1
    let body: Body

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(schemaVersion, forKey: .schemaVersion)
      try body.encode(to: encoder)
    }

    private enum Key: String, CodingKey {
      case schemaVersion
    }
  }

  /// - Parameter body: Encodes itself as an object.
  static func print(_ body: some Encodable, to terminal: Terminal) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    let bytes = try encoder.encode(Document(body: body))
    terminal.print(String(decoding: bytes, as: UTF8.self))
  }
}
