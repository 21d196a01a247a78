/// A text that stands below its instruction: `<<NAME`, then lines up to one that is `NAME`.
package struct Heredoc: Sendable, Hashable {
  package let name: String
  /// The marker, `<<-"NAME"` for instance.
  package let markerRange: Range<Int>
  /// Of the shell; 0 when none is written.
  package let fileDescriptor: UInt
  /// Variables count: the name is not quoted.
  package let expands: Bool
  /// `<<-`: leading tabs go away.
  package let stripsTabs: Bool
  /// The lines as they stand, tabs included.
  package let content: String
  package let contentRange: Range<Int>

  package init(
    name: String, markerRange: Range<Int>, fileDescriptor: UInt = 0, expands: Bool,
    stripsTabs: Bool, content: String, contentRange: Range<Int>
  ) {
    self.name = name
    self.markerRange = markerRange
    self.fileDescriptor = fileDescriptor
    self.expands = expands
    self.stripsTabs = stripsTabs
    self.content = content
    self.contentRange = contentRange
  }

  /// What a reader of the heredoc gets: `content`, without leading tabs where those go away.
  package var text: String {
    guard stripsTabs else { return content }
    var result: [UInt8] = []
    var atStart = true
    for byte in content.utf8 {
      if atStart, byte == UInt8(ascii: "\t") { continue }
      atStart = byte == UInt8(ascii: "\n")
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
