import OCI

/// What a pax extended header says about the entry after it.
///
/// Source: POSIX.1-2017, `pax`, "pax Extended Header"; the keys of extended attributes are those
/// of star, which all readers of layers know.
struct PaxRecords {
  static let attributePrefix = "SCHILY.xattr."

  private var records: [UInt8] = []
  private var needsBinary = false

  var isEmpty: Bool { records.isEmpty }

  /// Values are UTF-8 unless the first record says otherwise.
  var serialized: [UInt8] {
    needsBinary ? Self.record(Array("hdrcharset".utf8), Array("BINARY".utf8)) + records : records
  }

  /// Adds a name, which may be any bytes.
  mutating func add(_ key: String, _ value: [UInt8]) {
    if String(validating: value, as: UTF8.self) == nil { needsBinary = true }
    records += Self.record(Array(key.utf8), value)
  }

  mutating func add(_ key: String, _ value: Int64) {
    records += Self.record(Array(key.utf8), Array(String(value).utf8))
  }

  mutating func add(_ attribute: LayerEntry.ExtendedAttribute) {
    records += Self.record(Array((Self.attributePrefix + attribute.name).utf8), attribute.value)
  }

  /// "LENGTH KEY=VALUE\n", where the length counts itself.
  private static func record(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
    let rest = key.count + value.count + 3
    var length = rest + String(rest).utf8.count
    length = rest + String(length).utf8.count
    return Array("\(length) ".utf8) + key + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
  }
}
