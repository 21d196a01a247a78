import FoundationEssentials

/// JSON text that is edited in place: what an edit is not about keeps its bytes.
///
/// Only for text that a decoder has accepted, with an object outside.
struct JSONDocument {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private struct Member {
    let key: String
    /// From the quote of the key to the end of the value.
    let entry: Range<Int>
    let value: Range<Int>
  }

  // MARK: Editing

  /// Gives a member of an object inside the document a value; both are added when missing.
  /// - Parameter json: The value, as JSON.
  mutating func set(_ json: String, of key: String, in object: String) {
    guard let outer = member(object, of: 0), bytes[outer.value.lowerBound] == UInt8(ascii: "{")
    else { return set("{\n\t\t\(Self.quoted(key)): \(json)\n\t}", of: object, at: 0, depth: 1) }
    set(json, of: key, at: outer.value.lowerBound, depth: 2)
  }

  mutating func remove(_ key: String, in object: String) {
    guard let outer = member(object, of: 0) else { return }
    let place = outer.value.lowerBound
    let all = members(of: place)
    for index in all.indices.reversed() where all[index].key == key {
      remove(index, of: members(of: place), at: place)
    }
  }

  private mutating func set(_ json: String, of key: String, at object: Int, depth: Int) {
    if let known = member(key, of: object) {
      bytes.replaceSubrange(known.value, with: json.utf8)
      return
    }
    let indent = "\n" + String(repeating: "\t", count: depth)
    let entry = indent + Self.quoted(key) + ": " + json
    let start = opening(object)
    if let last = members(of: object).last {
      bytes.insert(contentsOf: ("," + entry).utf8, at: last.entry.upperBound)
    } else {
      let end = "\n" + String(repeating: "\t", count: depth - 1)
      bytes.replaceSubrange((start + 1)..<closing(start), with: (entry + end).utf8)
    }
  }

  private mutating func remove(_ index: Int, of all: [Member], at object: Int) {
    let entry = all[index].entry
    if index + 1 < all.count {
      bytes.removeSubrange(entry.lowerBound..<all[index + 1].entry.lowerBound)
    } else if index > 0 {
      bytes.removeSubrange(all[index - 1].entry.upperBound..<entry.upperBound)
    } else {
      bytes.removeSubrange((opening(object) + 1)..<closing(opening(object)))
    }
  }

  static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  // MARK: Reading

  /// A key that the document, or an object inside it, has twice: decoders do not agree which counts.
  func repeatedKey(in object: String) -> String? {
    var seen: Set<String> = []
    if let twice = members(of: 0).first(where: { !seen.insert($0.key).inserted }) {
      return twice.key
    }
    guard let inner = member(object, of: 0)?.value.lowerBound, bytes[inner] == UInt8(ascii: "{")
    else { return nil }
    seen = []
    return members(of: inner).first { !seen.insert($0.key).inserted }?.key
  }

  private func member(_ key: String, of object: Int) -> Member? {
    members(of: object).last { $0.key == key }
  }

  /// - Parameter object: Where the object is, or blanks before it.
  private func members(of object: Int) -> [Member] {
    var found: [Member] = []
    var position = opening(object) + 1
    while true {
      position = skipping(" \t\r\n,", from: position)
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return found }
      let end = endOfValue(position)
      let key = try? JSONDecoder().decode(String.self, from: Data(bytes[position..<end]))
      let start = skipping(" \t\r\n:", from: end)
      let value = start..<endOfValue(start)
      found.append(Member(key: key ?? "", entry: position..<value.upperBound, value: value))
      position = value.upperBound
    }
  }

  private func opening(_ object: Int) -> Int { skipping(" \t\r\n", from: object) }

  private func closing(_ opening: Int) -> Int { endOfValue(opening) - 1 }

  private func skipping(_ set: String, from start: Int) -> Int {
    bytes[start...].firstIndex { !set.utf8.contains($0) } ?? bytes.count
  }

  private func endOfValue(_ start: Int) -> Int {
    var depth = 0
    var position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = endOfString(position)
        if depth == 0 { return position }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // The end of what is around a number or a word.
        if depth == 0 { return position }
        depth -= 1
        if depth == 0 { return position + 1 }
      case let byte where depth == 0 && ", \t\r\n".utf8.contains(byte): return position
      default: break
      }
      position += 1
    }
    return bytes.count
  }

  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }
}
