import Diagnostics
import DockerfileSyntax

/// What the fields of one `--mount` say, before it is known what their names mean.
///
/// Source: behaviour of BuildKit's `parseMount`.
struct MountOptions {
  enum Kind: String, CaseIterable {
    case bind, cache, tmpfs, secret, ssh
  }

  private(set) var kind = Kind.bind
  private(set) var from: Word?
  private(set) var source = ""
  private(set) var target = ""
  private(set) var id = ""
  private(set) var sharing: RunMount.Cache.Sharing?
  private(set) var isRequired = false
  private(set) var size: Int64?
  private(set) var variable: String?
  private(set) var mode: UInt16?
  private(set) var uid: UInt32?
  private(set) var gid: UInt32?
  private var readOnly: Bool?

  /// What is not said follows from the kind.
  var isReadOnly: Bool { readOnly ?? (kind != .cache && kind != .tmpfs) }

  static let keys = [
    "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode",
    "uid", "gid", "src", "dst", "destination", "ro", "rw", "readwrite", "env",
  ]

  /// - Returns: nil when something is wrong, which has been noted then.
  init?(_ mount: Word, in scope: Scope, _ findings: inout Findings) {
    let isPlain = findings.source.text(in: mount.range) == mount.text
    for field in MountField.all(of: mount, isPlain: isPlain) {
      guard set(field, in: scope, &findings) else { return nil }
    }
    guard isConsistent(mount, &findings) else { return nil }
  }

  /// What `from` names, which is known before anything has a value. Memory comes from nowhere.
  static func from(of mount: Word, in file: SourceFile) -> Word? {
    let isPlain = file.text(in: mount.range) == mount.text
    let fields = MountField.all(of: mount, isPlain: isPlain)
    let kind = fields.last { $0.key == "type" }?.value?.text.lowercased() ?? "bind"
    guard ![Kind.tmpfs, .secret, .ssh].map(\.rawValue).contains(kind) else { return nil }
    let from = fields.last { $0.key == "from" }?.value
    return from.flatMap { $0.text.isEmpty ? nil : $0 }
  }

  private mutating func set(
    _ field: MountField, in scope: Scope, _ findings: inout Findings
  ) -> Bool {
    guard let word = field.value else { return setFlag(field, &findings) }
    guard let value = findings.expand(word, in: scope) else { return false }
    switch field.key {
    case "type":
      guard let known = Kind(rawValue: value.lowercased()) else {
        return refuse(field, "there is no mount type '\(value)'", Kind.allCases, value, &findings)
      }
      kind = known
    case "from": from = value.isEmpty ? nil : Word(value, at: word.range)
    case "source", "src": source = value
    case "target", "dst", "destination": target = value
    case "id": id = value
    case "env": variable = value
    case "sharing":
      guard let known = RunMount.Cache.Sharing(rawValue: value.lowercased()) else {
        return refuse(
          field, "there is no sharing mode '\(value)'", RunMount.Cache.Sharing.allCases, value,
          &findings)
      }
      sharing = known
    case "readonly", "ro", "readwrite", "rw", "required":
      guard let flag = Self.flag(value) else { return wrong(field, value, "a flag", &findings) }
      return setFlag(field, flag, &findings)
    default: return setNumber(field, value, &findings)
    }
    return true
  }

  private mutating func setFlag(_ field: MountField, _ findings: inout Findings) -> Bool {
    let flags = ["readonly", "ro", "readwrite", "rw", "required"]
    if flags.contains(field.key) { return setFlag(field, true, &findings) }
    findings.error(
      "invalid-mount", "'\(field.word.text)' in a mount has no value", at: field.word.range,
      help: "write it as key=value")
    return false
  }

  private mutating func setFlag(
    _ field: MountField, _ flag: Bool, _ findings: inout Findings
  ) -> Bool {
    switch field.key {
    case "required":
      // As in the reference, the type must come first.
      guard kind == .secret || kind == .ssh else { return misplaced(field, &findings) }
      isRequired = flag
    case "readonly", "ro": readOnly = flag
    default: readOnly = !flag
    }
    return true
  }

  private mutating func setNumber(
    _ field: MountField, _ value: String, _ findings: inout Findings
  ) -> Bool {
    switch field.key {
    case "size":
      guard kind == .tmpfs else { return misplaced(field, &findings) }
      guard let bytes = MemorySize.bytes(value) else {
        return wrong(field, value, "a size such as 64m", &findings)
      }
      size = bytes == 0 ? nil : bytes
    case "mode":
      guard let bits = UInt16(value, radix: 8), bits <= 0o7777, !value.hasPrefix("+") else {
        return wrong(field, value, "a mode in octal, such as 0400", &findings)
      }
      mode = bits
    case "uid", "gid":
      guard let number = UInt32(value), number != .max, !value.hasPrefix("+") else {
        return wrong(field, value, "a number", &findings)
      }
      if field.key == "uid" { uid = number } else { gid = number }
    default: return unknown(field, &findings)
    }
    return true
  }

  /// Source: Go's `strconv.ParseBool`.
  private static func flag(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
  }
}

// MARK: - What is wrong

extension MountOptions {
  private func isConsistent(_ mount: Word, _ findings: inout Findings) -> Bool {
    let hasFileInfo = kind == .secret || kind == .ssh || kind == .cache
    let problem: String?
    if !hasFileInfo, mode != nil || uid != nil || gid != nil {
      problem = "'mode', 'uid' and 'gid' have no meaning for a mount of type '\(kind)'"
    } else if sharing != nil, kind != .cache {
      problem = "'sharing' has no meaning for a mount of type '\(kind)'"
    } else if kind == .secret, from != nil {
      problem = "a secret comes from the command line, and not 'from' an image"
    } else if kind == .secret, source.isEmpty, target.isEmpty, id.isEmpty {
      problem = "the secret has neither 'id' nor 'target'"
    } else if kind == .secret, !source.isEmpty, !id.isEmpty {
      problem = "the secret has both 'id' and 'source'"
    } else {
      problem = nil
    }
    guard let problem else { return true }
    findings.error("invalid-mount", problem, at: mount.range, help: Self.example(of: kind))
    return false
  }

  private static func example(of kind: Kind) -> String {
    switch kind {
    case .bind: "write '--mount=type=bind,source=PATH,target=/PATH'"
    case .cache: "write '--mount=type=cache,target=/PATH'"
    case .tmpfs: "write '--mount=type=tmpfs,target=/PATH'"
    case .secret: "write '--mount=type=secret,id=NAME'"
    case .ssh: "write '--mount=type=ssh'"
    }
  }

  private func wrong(
    _ field: MountField, _ value: String, _ expected: String, _ findings: inout Findings
  ) -> Bool {
    findings.error(
      "invalid-mount", "'\(field.key)' of a mount must be \(expected), and not '\(value)'",
      at: field.value?.range ?? field.word.range)
    return false
  }

  private func misplaced(_ field: MountField, _ findings: inout Findings) -> Bool {
    findings.error(
      "invalid-mount", "'\(field.key)' has no meaning for a mount of type '\(kind)'",
      at: field.word.range, help: "write the type first: 'type=…,\(field.word.text)'")
    return false
  }

  private func unknown(_ field: MountField, _ findings: inout Findings) -> Bool {
    let nearest = Suggestion.closest(to: field.key, among: Self.keys)
    findings.error(
      "invalid-mount",
      "a mount has no '\(field.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
      at: field.word.range, help: "known are \(Self.keys.joined(separator: ", "))")
    return false
  }

  private func refuse<Choice: RawRepresentable<String>>(
    _ field: MountField, _ message: String, _ choices: [Choice], _ value: String,
    _ findings: inout Findings
  ) -> Bool {
    let names = choices.map(\.rawValue)
    let nearest = Suggestion.closest(to: value, among: names)
    findings.error(
      "invalid-mount", message + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
      at: field.value?.range ?? field.word.range, replacement: nearest,
      help: "known are \(names.joined(separator: ", "))")
    return false
  }
}
