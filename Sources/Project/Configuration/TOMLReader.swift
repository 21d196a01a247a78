import CTOML
import Diagnostics

/// Turns a TOML text into nodes that know their place. Knows nothing of what the keys mean.
struct TOMLReader {
  private let lines: TOMLLines
  private let records: UnsafeBufferPointer<ctoml_node>
  private var next = 0

  /// - Parameter file: What positions are in: as long as the text, line by line, but it may hide
  ///   some of it.
  /// - Throws: The first thing that is wrong with the text, as one diagnostic.
  static func read(_ text: [UInt8], as file: SourceFile) throws(Diagnostic) -> TOMLNode {
    let parsed = text.withUnsafeBytes {
      ctoml_parse($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    guard let document = parsed else {
      throw Diagnostic(id: "out-of-memory", "not enough memory to read '\(file.name)'")
    }
    defer { ctoml_free(document) }
    let lines = TOMLLines(text, shownAs: file)
    var region = ctoml_region()
    if let message = ctoml_error(document, &region) {
      throw TOMLSyntaxError(message: String(cString: message), span: lines.span(of: region))
        .diagnostic
    }
    var count = 0
    let first = ctoml_nodes(document, &count)
    var reader = TOMLReader(
      lines: lines, records: UnsafeBufferPointer(start: first, count: count))
    return reader.readNode()
  }

  /// The shim lists a node before its entries, so one walk forwards is enough. Its parser bounds
  /// how deep they nest.
  private mutating func readNode() -> TOMLNode {
    let record = records[next]
    next += 1
    return TOMLNode(content: content(of: record), span: lines.span(of: record.value_region))
  }

  private mutating func content(of record: ctoml_node) -> TOMLNode.Content {
    switch record.kind {
    case CTOML_TABLE: .table(readEntries(record.child_count))
    case CTOML_ARRAY: .array((0..<record.child_count).map { _ in readNode() })
    case CTOML_STRING: .string(Self.text(record.text, record.text_length))
    case CTOML_INTEGER: .integer(record.integer)
    case CTOML_FLOAT: .number(record.number)
    case CTOML_BOOLEAN: .boolean(record.boolean)
    default: .time
    }
  }

  private mutating func readEntries(_ count: Int) -> [TOMLEntry] {
    var entries: [TOMLEntry] = []
    for _ in 0..<count {
      let record = records[next]
      entries.append(
        TOMLEntry(
          key: Self.text(record.key, record.key_length),
          keySpan: lines.span(of: record.key_region), node: readNode()))
    }
    return entries.sorted { $0.keySpan.range.lowerBound < $1.keySpan.range.lowerBound }
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    String(
      decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(start), count: count), as: UTF8.self)
  }
}
