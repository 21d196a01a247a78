/// A value on its way into a statement.
package enum Value: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  package static func optional(_ text: String?) -> Value { text.map(Value.text) ?? .null }
  package static func optional(_ number: Int64?) -> Value { number.map(Value.integer) ?? .null }
  package static func optional(_ bytes: [UInt8]?) -> Value { bytes.map(Value.blob) ?? .null }
}
