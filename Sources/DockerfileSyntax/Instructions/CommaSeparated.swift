/// The fields of `--mount` and `--device`: `type=cache,target=/x`; a field in double quotes may hold
/// commas, and two double quotes in it are one.
///
/// Source: RFC 4180, one record.
package enum CommaSeparated {
  /// - Returns: nil when a quote is open at the end, or stands inside a field.
  package static func fields(of text: String) -> [String]? {
    var fields: [String] = []
    var rest = Array(text.utf8)[...]
    while true {
      guard let (field, behind) = field(rest) else { return nil }
      fields.append(String(decoding: field, as: UTF8.self))
      guard !behind.isEmpty else { return fields }
      rest = behind.dropFirst()
    }
  }

  /// The first field, and what follows it: nothing, or a comma and more.
  private static func field(_ text: ArraySlice<UInt8>) -> ([UInt8], ArraySlice<UInt8>)? {
    let quote = UInt8(ascii: "\"")
    let comma = UInt8(ascii: ",")
    guard text.first == quote else {
      let field = text.prefix { $0 != comma }
      return field.contains(quote) ? nil : (Array(field), text[field.endIndex...])
    }
    var field: [UInt8] = []
    var index = text.startIndex + 1
    while index < text.endIndex {
      let isQuote = text[index] == quote
      let next = index + 1
      if isQuote, next == text.endIndex || text[next] == comma { return (field, text[next...]) }
      if isQuote, text[next] != quote { return nil }
      field.append(text[index])
      index += isQuote ? 2 : 1
    }
    return nil
  }
}
