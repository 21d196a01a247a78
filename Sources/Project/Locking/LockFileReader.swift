package import Diagnostics
import OCI

extension LockFile {
  /// - Throws: `DiagnosticList` with everything that is wrong.
  package static func parse(_ file: SourceFile) throws(DiagnosticList) -> LockFile {
    var reader = LockFileReader()
    do throws(Diagnostic) {
      reader.read(try TOMLReader.read(file.bytes, as: file))
    } catch {
      reader.report(error.message, at: error.span)
    }
    guard reader.diagnostics.isEmpty else { throw DiagnosticList(reader.diagnostics) }
    return LockFile(reader.entries)
  }
}

/// Turns the text of a lock into entries. Whatever is not as it would be written is told: nobody
/// edits such a file, so that a part which cannot be read is one that was damaged.
struct LockFileReader {
  private(set) var entries: [LockEntry] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var names: Set<LockedName> = []

  mutating func read(_ root: TOMLNode) {
    guard case .table(let top) = root.content else { return }
    guard let version = top.first(where: { $0.key == "version" }) else {
      return report("there is no 'version'", at: root.span)
    }
    guard case .integer(LockFile.version) = version.node.content else {
      diagnostics.append(
        Diagnostic(
          id: "lock-version",
          "this is not version \(LockFile.version), which this runctl knows", at: version.node.span,
          help: "use the runctl that wrote it, or write it anew: \(Self.remedy)"))
      return
    }
    for entry in top where entry.key != "version" {
      guard case .array(let tables) = entry.node.content,
        ["base", "add", "git"].contains(entry.key)
      else {
        report("'\(Printable.text(entry.key))' does not belong here", at: entry.keySpan)
        continue
      }
      for table in tables { read(table, as: entry.key) }
    }
  }

  private mutating func read(_ table: TOMLNode, as kind: String) {
    guard case .table(let values) = table.content else {
      return report("'\(kind)' must be a table, not \(table.kind)", at: table.span)
    }
    var fields = LockFields(values: values, table: table)
    let name: LockedName? =
      switch kind {
      case "base": Self.base(&fields)
      case "add": fields.text("url").map { .download(url: $0) }
      default: Self.repository(&fields)
      }
    let meaning: LockedMeaning? =
      switch kind {
      case "base": Self.image(&fields)
      case "add": fields.value("checksum", "a digest", Digest.init(_:)).map { .content($0) }
      default: fields.value("commit", "a commit", GitCommit.init(_:)).map { .commit($0) }
      }
    let locked = fields.time("locked")
    fields.expectNothingElse()
    for (message, span) in fields.problems { report(message, at: span) }
    guard let name, let meaning, let locked else { return }
    guard names.insert(name).inserted else {
      return report("'\(Printable.text(name.familiar))' is pinned twice", at: table.span)
    }
    entries.append(LockEntry(name: name, meaning: meaning, locked: locked))
  }

  private static func base(_ fields: inout LockFields) -> LockedName? {
    let reference = fields.value("name", "the whole name of an image") { text in
      ImageReference(text).flatMap { $0.description == text ? $0 : nil }
    }
    let platform = fields.value("platform", "a platform") { Platform($0) }
    guard let reference, let platform else { return nil }
    return .base(reference, platform)
  }

  private static func image(_ fields: inout LockFields) -> LockedMeaning? {
    let index = fields.has("index") ? fields.value("index", "a digest", Digest.init(_:)) : nil
    return fields.value("digest", "a digest", Digest.init(_:)).map { .image($0, index: index) }
  }

  private static func repository(_ fields: inout LockFields) -> LockedName? {
    guard let url = fields.text("url"), let ref = fields.text("ref") else { return nil }
    return .repository(url: url, ref: ref)
  }

  private static let remedy = "runctl lock --update"

  mutating func report(_ message: String, at span: SourceSpan?) {
    diagnostics.append(
      Diagnostic(
        id: "lock-damaged", message, at: span,
        help: "mend the line, or take what all names mean now: \(Self.remedy)"))
  }
}

/// The values of one table, taken one by one.
private struct LockFields {
  let values: [TOMLEntry]
  let table: TOMLNode
  private var taken: Set<String> = []
  private(set) var problems: [(message: String, span: SourceSpan)] = []

  init(values: [TOMLEntry], table: TOMLNode) {
    self.values = values
    self.table = table
  }

  func has(_ key: String) -> Bool { values.contains { $0.key == key } }

  private mutating func take(_ key: String) -> TOMLNode? {
    taken.insert(key)
    let node = values.first { $0.key == key }?.node
    if node == nil { problems.append(("there is no '\(key)'", table.span)) }
    return node
  }

  mutating func text(_ key: String) -> String? {
    value(key, "a string") { $0 }
  }

  mutating func value<Value>(
    _ key: String, _ expected: String, _ make: (String) -> Value?
  ) -> Value? {
    guard let node = take(key) else { return nil }
    guard case .string(let text) = node.content, let value = make(text) else {
      problems.append(("'\(key)' must be \(expected)", node.span))
      return nil
    }
    return value
  }

  /// As it is written; the parser has looked at its form.
  mutating func time(_ key: String) -> String? {
    guard let node = take(key) else { return nil }
    guard case .time = node.content else {
      problems.append(("'\(key)' must be a time, not \(node.kind)", node.span))
      return nil
    }
    return node.span.file.text(in: node.span.range)
  }

  mutating func expectNothingElse() {
    for entry in values where !taken.contains(entry.key) {
      problems.append(("'\(Printable.text(entry.key))' does not belong here", entry.keySpan))
    }
  }
}
