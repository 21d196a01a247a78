package import OCI

/// Which paths of a context are left out.
///
/// Paths are relative to the context, without leading or trailing slash. The last pattern that is
/// about a path, or about a directory above it, decides; `!` brings back.
///
/// Source: behaviour of moby's `patternmatcher`, and of BuildKit's walk of a context with it.
package struct IgnoreRules: Sendable {
  private let patterns: [CompiledPattern]
  private let texts: [UInt8]
  private let expressions: [PathExpression]
  private let index: PatternIndex
  private let hasExceptions: Bool

  /// Rules that leave nothing out.
  package static let none = IgnoreRules(PatternCompiler())

  /// What never belongs to a context unless an ignore file brings it back.
  package static let builtIn = [".runctl", ".runctl.toml", ".runctl.lock"]

  /// Reads an ignore file.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds; may be empty.
  ///   - leading: Patterns that stand before those of the file, which can take them back.
  /// - Throws: ``IgnoreError/invalidPattern(_:range:)`` for the first line that is no pattern.
  package init(parsing bytes: [UInt8], leading: [String] = []) throws(IgnoreError) {
    var compiler = PatternCompiler()
    for text in leading {
      if let pattern = try IgnorePattern(Array(text.utf8)) { compiler.add(pattern) }
    }
    for line in IgnoreFile.lines(of: bytes) {
      do throws(IgnoreError) {
        if let pattern = try IgnorePattern(line.pattern) { compiler.add(pattern) }
      } catch {
        guard case .invalidPattern(let pattern, _) = error else { throw error }
        throw .invalidPattern(pattern, range: line.range)
      }
    }
    self.init(compiler)
  }

  /// Takes patterns one by one, as `--exclude` gives them: none is a comment.
  package init(patterns: [String]) throws(IgnoreError) {
    try self.init(parsing: [], leading: patterns)
  }

  private init(_ compiler: PatternCompiler) {
    patterns = compiler.patterns
    texts = compiler.texts
    expressions = compiler.expressions
    index = PatternIndex(compiler)
    hasExceptions = compiler.patterns.contains { $0.isException }
  }

  package var isEmpty: Bool { patterns.isEmpty }

  /// A pattern that matches this path, and what is in it, and nothing else.
  package static func literal(_ path: TreePath) -> String {
    String(decoding: path.bytes, as: UTF8.self)
      .map { "*?[]\\!".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

// MARK: - A walk

extension IgnoreRules {
  /// What is known about a path, for what is inside it. A value; costs no allocation up to 64
  /// patterns.
  package struct State: Sendable, Equatable {
    package fileprivate(set) var isExcluded = false
    fileprivate var matched = PatternBits()
  }

  /// The state of the context itself, which is never excluded.
  package var root: State { State() }

  /// The state of something in a directory.
  ///
  /// - Parameters:
  ///   - path: Its whole path from the context's root.
  ///   - parent: The state of the directory that it is in.
  package func state(of path: borrowing Span<UInt8>, in parent: State) -> State {
    if path.isEmpty || patterns.isEmpty || (parent.isExcluded && !hasExceptions) { return parent }
    var state = State()
    let texts = texts.span
    let patterns = patterns.span
    let (first, last) = (path[0], path[path.count - 1])
    for word in 0..<index.words {
      let inherited = parent.matched[word: word]
      var rest = inherited | index.candidates(word, first: first, last: last)
      var matched: UInt64 = 0
      while rest != 0 {
        let bit = rest & ~(rest - 1)
        rest ^= bit
        let pattern = patterns[word * 64 + bit.trailingZeroBitCount]
        // A pattern that cannot change the verdict so far is not tried, and then does not count for
        // what is inside either: that is the reference's rule.
        guard
          inherited & bit != 0
            || (pattern.isException == state.isExcluded
              && pattern.matches(path, texts: texts, expressions: expressions))
        else { continue }
        matched |= bit
        state.isExcluded = !pattern.isException
      }
      state.matched[word: word] = matched
    }
    return state
  }

  /// Whether a walk may leave out a directory as a whole: it is excluded, and no exception behind
  /// the pattern that excludes it can be about anything inside.
  package func canPrune(_ directory: borrowing Span<UInt8>, _ state: State) -> Bool {
    guard state.isExcluded else { return false }
    guard hasExceptions else { return true }
    let texts = texts.span
    let patterns = patterns.span
    for index in patterns.indices.reversed() {
      if state.matched.contains(index) { break }
      let pattern = patterns[index]
      if pattern.isException,
        pattern.canMatch(inside: directory, texts: texts, expressions: expressions)
      {
        return false
      }
    }
    return true
  }
}

// MARK: - Single paths

extension IgnoreRules {
  /// Whether a walk would leave out this path.
  package func excludes(_ path: TreePath) -> Bool { state(of: path).isExcluded }

  /// Whether a walk may leave out this directory as a whole.
  package func canPrune(directory: TreePath) -> Bool {
    canPrune(directory.bytes.span, state(of: directory))
  }

  /// The state of a path that was not reached by a walk.
  package func state(of path: TreePath) -> State {
    guard !path.isRoot else { return root }
    let bytes = path.bytes.span
    var state = root
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
      state = self.state(of: bytes.extracting(0..<index), in: state)
    }
    return self.state(of: bytes, in: state)
  }

  /// Whether the patterns, taken alone, say so: each is tried on the path and all above it.
  ///
  /// A walk differs in rare cases: with `a/b` and then `!a` it leaves `a/b` out, because `!a` did
  /// nothing when the walk saw `a`.
  package func matchesAlone(_ path: [UInt8]) -> Bool {
    var isExcluded = false
    for pattern in patterns where pattern.isException == isExcluded {
      if matchesPathOrParent(pattern, path) { isExcluded = !pattern.isException }
    }
    return isExcluded
  }

  private func matchesPathOrParent(_ pattern: CompiledPattern, _ path: [UInt8]) -> Bool {
    let bytes = path.span
    if pattern.matches(bytes, texts: texts.span, expressions: expressions) { return true }
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
      let parent = bytes.extracting(0..<index)
      if pattern.matches(parent, texts: texts.span, expressions: expressions) { return true }
    }
    return false
  }
}
