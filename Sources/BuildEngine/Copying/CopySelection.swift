import BuildPlan
import ContextScan
import Diagnostics
import OCI

/// Which files of its source a COPY means.
struct CopySelection {
  struct Match {
    /// With links followed.
    let path: TreePath
    /// As it is written: what a file is called when it goes into a directory.
    let name: [UInt8]
    /// The place of its pattern among the others.
    let position: Int
  }

  let matches: [Match]
  /// Those that are followed on the way to a match, and decide what it is.
  let links: Set<TreePath>
  private let excluded: IgnoreRules

  /// Whether something of a repository takes part, by its path there.
  func includes(_ path: TreePath) -> Bool { includes(path, below: .root) }

  init(_ copy: CopyOperation, in source: CopySource) throws {
    excluded = try IgnoreRules(patterns: copy.excludes)
    var matches: [Match] = []
    var links: Set<TreePath> = []
    for (position, pattern) in copy.patterns.enumerated() {
      matches += try Self.matches(of: pattern, position, in: source.view, source, &links)
    }
    self.matches = matches
    self.links = links
  }

  private static func matches(
    of pattern: CopyOperation.Pattern, _ position: Int, in view: some TreeView,
    _ source: CopySource, _ links: inout Set<TreePath>
  ) throws -> [Match] {
    guard let parsed = SourcePattern(pattern.text) else {
      throw StepFailure(
        span: pattern.span, instruction: "", cause: BuildError.invalidPattern(pattern.text))
    }
    do {
      let found = parsed.hasWildcard ? try parsed.matches(in: view) : [parsed.path]
      var matches: [Match] = []
      for path in found {
        if case .context(_, let context) = source, !context.isWhole,
          try view.resolve(path, followLast: false).entry?.kind == .symlink
        {
          throw ContextError.linkLeadsOut(path)
        }
        let resolved = try view.resolve(path, passing: { links.insert($0) })
        if resolved.entry != nil {
          matches.append(
            Match(path: resolved.path, name: path.name, position: position))
        }
      }
      // A pattern may match nothing, as in the reference; a path must be there.
      if !matches.isEmpty || parsed.hasWildcard { return matches }
    } catch ResolutionError.tooManyLinks(let path) {
      throw StepFailure(
        span: pattern.span, instruction: "", cause: BuildError.tooManyLinks(path))
    }
    throw StepFailure(
      span: pattern.span, instruction: "", cause: missing(pattern.text, parsed, view, source))
  }

  private static func missing(
    _ text: String, _ pattern: SourcePattern, _ view: some TreeView, _ source: CopySource
  ) -> BuildError {
    let path = pattern.path
    var isIgnored = false
    let siblings: [String]
    switch source {
    case .context(_, let context):
      isIgnored = context.ignores(path)
      siblings = context.names(in: path.parent)
    case .root:
      siblings = view.descendants(of: path.parent)
        .filter { $0.path.parent == path.parent }
        .map { String(decoding: $0.path.bytes, as: UTF8.self) }
    }
    let wanted = String(decoding: path.bytes, as: UTF8.self)
    return .sourceNotFound(
      pattern: text, inContext: source.isContext,
      nearest: isIgnored ? nil : Suggestion.closest(to: wanted, among: siblings),
      isIgnored: isIgnored)
  }

  /// Whether everything inside a match takes part.
  var takesAll: Bool { excluded.isEmpty }

  /// Whether something inside a match takes part.
  func includes(_ relative: TreePath, below match: TreePath) -> Bool {
    excluded.isEmpty || !excluded.excludes(relative)
  }
}
