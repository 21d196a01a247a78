/// Which texts are patterns at all.
///
/// Source: the errors of Go's `path/filepath.Match`, which the reference asks before it compiles a
/// pattern by rules of its own.
struct GlobSyntax {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  static func isValid(_ scalars: [Unicode.Scalar]) -> Bool {
    var syntax = GlobSyntax(scalars: scalars)
    return syntax.check()
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private mutating func check() -> Bool {
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      switch scalar {
      case "\\":
        guard position < scalars.count else { return false }
        position += 1
      case "[": guard skipClass() else { return false }
      default: break
      }
    }
    return true
  }

  private mutating func skipClass() -> Bool {
    if position < scalars.count, scalars[position] == "^" { position += 1 }
    var isEmpty = true
    while true {
      if !isEmpty, scalars[position] == "]" {
        position += 1
        return true
      }
      guard skipMember() else { return false }
      if scalars[position] == "-" {
        position += 1
        guard skipMember() else { return false }
      }
      isEmpty = false
    }
  }

  /// A dash or a closing bracket needs a backslash, and something must follow.
  private mutating func skipMember() -> Bool {
    guard position < scalars.count, scalars[position] != "-", scalars[position] != "]" else {
      return false
    }
    if scalars[position] == "\\" { position += 1 }
    guard position < scalars.count, scalars[position] != Scalars.replacement else { return false }
    position += 1
    return position < scalars.count
  }
}
