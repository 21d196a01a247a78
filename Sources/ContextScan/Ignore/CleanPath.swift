/// The shortest path that means the same, by the text alone.
///
/// Unlike a `TreePath` it keeps a leading slash and a leading `..`, because patterns may have them.
///
/// Source: the rules of Go's `path/filepath.Clean`.
enum CleanPath {
  static func clean(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let isRooted = path.first == slash
    var kept: [ArraySlice<UInt8>] = []
    for component in path.split(separator: slash) {
      if component.elementsEqual(".".utf8) { continue }
      guard component.elementsEqual("..".utf8) else {
        kept.append(component)
        continue
      }
      if let last = kept.last, !last.elementsEqual("..".utf8) {
        kept.removeLast()
      } else if !isRooted {
        kept.append(component)
      }
    }
    let joined = Array(kept.joined(separator: [slash]))
    if isRooted { return [slash] + joined }
    return joined.isEmpty ? [UInt8(ascii: ".")] : joined
  }
}
