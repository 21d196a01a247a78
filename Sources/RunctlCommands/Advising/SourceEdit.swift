import BuildPlan
import Diagnostics

/// An edit of a file that a person could make: lines that give way to others.
struct SourceEdit: Encodable {
  let file: String
  /// Of the first old line, from 1; of the line that the new ones come before, when there is none.
  let line: Int
  let old: [String]
  let new: [String]

  /// Lines may hold what must not be shown.
  init(file: String, line: Int, old: [String], new: [String]) {
    self.file = file
    self.line = line
    self.old = old.map(InstructionText.shown)
    self.new = new.map(InstructionText.shown)
  }
}

extension SourceEdit {
  /// Gives an instruction options, on the line that it starts on.
  static func adding(_ options: [String], to step: Step) -> SourceEdit {
    let source = step.span.file
    let range = source.lineRange(around: step.span.range.lowerBound)
    let text = source.text(in: range)
    let indent = step.span.range.lowerBound - range.lowerBound
    let keyword = Array(text.utf8).dropFirst(indent).prefix { $0 != 0x20 && $0 != 0x09 }
    let end = range.lowerBound + indent + keyword.count
    let new =
      source.text(in: range.lowerBound..<end) + " " + options.joined(separator: " ")
      + source.text(in: end..<range.upperBound)
    return SourceEdit(file: source.name, line: step.line, old: [text], new: [new])
  }

  /// Makes one RUN of two that follow each other; nil where they cannot be one.
  static func merging(_ second: Step, into first: Step) -> [SourceEdit]? {
    guard second.parent == first.id, case .run(let a) = first.operation,
      case .run(let b) = second.operation, a.isPlain, b.isPlain, a.environment == b.environment,
      a.workingDirectory == b.workingDirectory, a.user == b.user, a.hasNetwork == b.hasNetwork
    else { return nil }
    let (old, gone) = (first.lines, second.lines)
    guard let last = old.last, let head = gone.first else { return nil }
    let words = head.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    guard words.count == 2 else { return nil }
    let command = words[1]
    guard !command.hasPrefix("--"), command != "\\" else { return nil }
    let lastLine = first.line + old.count - 1
    return [
      SourceEdit(
        file: first.span.file.name, line: lastLine, old: [last],
        new: [last + " \\", "    && " + command] + gone.dropFirst()),
      SourceEdit(file: second.span.file.name, line: second.line, old: gone, new: []),
    ]
  }
}

extension Step {
  /// From 1.
  var line: Int { span.start.line }

  /// As they stand in the Dockerfile, heredocs not among them.
  var lines: [String] {
    let start = span.file.lineRange(around: span.range.lowerBound).lowerBound
    let text = span.file.text(in: start..<max(start, span.range.upperBound))
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
      String.init)
  }
}

extension RunOperation {
  /// A line for the shell and nothing else.
  fileprivate var isPlain: Bool {
    arguments.count == 3 && arguments[1] == "-c" && script == nil && mounts.isEmpty
      && !arguments[2].contains("\n") && !arguments[2].contains("<<")
      && !arguments[2].contains("#")
  }
}
