import Diagnostics

/// RUN, CMD, ENTRYPOINT, HEALTHCHECK, ONBUILD.
extension InstructionParser {
  mutating func run(_ statement: Statement) -> Instruction.Kind? {
    let flags = flags(
      statement,
      ["mount": .repeated, "network": .single, "security": .single, "device": .repeated])
    for word in flags.values("mount") { checkMount(word) }
    check(flags.value("network"), among: ["default", "none", "host"], what: "network mode")
    check(flags.value("security"), among: ["sandbox", "insecure"], what: "security mode")
    return .run(
      Instruction.Run(
        command: command(statement.arguments, after: statement),
        heredocs: statement.heredocs, mounts: flags.values("mount"),
        network: flags.value("network"), security: flags.value("security"),
        devices: flags.values("device")))
  }

  private mutating func check(_ word: Word?, among known: [String], what: String) {
    guard let word, !known.contains(word.text) else { return }
    report(
      "invalid-flag-value", "there is no \(what) '\(word.text)'", at: word.range,
      help: "known are \(known.joined(separator: ", "))")
  }

  /// Looks at what must be known before variables have values; the rest is for those who have them.
  private mutating func checkMount(_ mount: Word) {
    guard let fields = CommaSeparated.fields(of: mount.text) else {
      return report(
        "invalid-mount", "the quotes of the mount are unbalanced", at: mount.range,
        help: "write '--mount=type=…,target=…'")
    }
    for field in fields where field.lowercased().hasPrefix("from=") {
      guard let dollar = field.utf8.firstIndex(of: UInt8(ascii: "$")),
        dollar != field.utf8.index(before: field.utf8.endIndex)
      else { continue }
      report(
        "variable-in-mount-from", "'from' of a mount cannot hold a variable", at: mount.range,
        help: "give the image a name with 'FROM … AS NAME' and write 'from=NAME'")
    }
  }

  mutating func plainCommand(_ statement: Statement) -> Instruction.Command? {
    _ = flags(statement)
    return command(statement.arguments, after: statement)
  }

  private func command(
    _ arguments: Statement.Arguments, after statement: Statement
  ) -> Instruction.Command {
    switch arguments {
    case .json(let words): .exec(words)
    case .text(let word): .shell(word)
    default: .shell(Word("", at: statement.range.upperBound..<statement.range.upperBound))
    }
  }

  // MARK: - HEALTHCHECK

  mutating func healthcheck(_ statement: Statement) -> Instruction.Kind? {
    guard case .typed(let type, let arguments) = statement.arguments else {
      return missingArguments(statement, "HEALTHCHECK CMD COMMAND")
    }
    switch type.text.uppercased() {
    case "NONE":
      switch arguments {
      case .none: break
      case .json(let words) where words.isEmpty: break
      default:
        return refuse(
          "invalid-healthcheck", "HEALTHCHECK NONE takes no arguments", at: statement.range)
      }
      return .healthcheck(.none)
    case "CMD":
      let options = healthcheckOptions(statement)
      let command = command(arguments, after: statement)
      switch command {
      case .shell(let word) where word.text.isEmpty: break
      case .exec(let words) where words.isEmpty: break
      default: return .healthcheck(.command(command, options))
      }
      return missingArguments(statement, "HEALTHCHECK CMD COMMAND")
    default:
      return refuse(
        "invalid-healthcheck", "HEALTHCHECK knows CMD and NONE, not '\(type.text)'",
        at: type.range, help: "write 'HEALTHCHECK CMD \(type.text) …'")
    }
  }

  private mutating func healthcheckOptions(
    _ statement: Statement
  ) -> Instruction.HealthcheckOptions {
    let flags = flags(
      statement,
      [
        "interval": .single, "timeout": .single, "start-period": .single,
        "start-interval": .single, "retries": .single,
      ])
    return Instruction.HealthcheckOptions(
      interval: duration(flags.value("interval")), timeout: duration(flags.value("timeout")),
      startPeriod: duration(flags.value("start-period")),
      startInterval: duration(flags.value("start-interval")),
      retries: retries(flags.value("retries")))
  }

  private mutating func duration(_ word: Word?) -> Duration {
    guard let word, !word.text.isEmpty else { return .zero }
    guard let duration = GoDuration.parse(word.text) else {
      return refuse(
        "invalid-duration", "'\(word.text)' is no duration", at: word.range,
        help: "write a number and a unit, such as '30s', '1m30s' or '500ms'") ?? .zero
    }
    guard duration == .zero || duration >= .milliseconds(1) else {
      return refuse(
        "invalid-duration", "'\(word.text)' is less than a millisecond", at: word.range) ?? .zero
    }
    return duration
  }

  private mutating func retries(_ word: Word?) -> Int {
    guard let word, !word.text.isEmpty else { return 0 }
    guard let retries = Int32(word.text), retries >= 0 else {
      return refuse(
        "invalid-retries", "'\(word.text)' is no number of retries", at: word.range,
        help: "write a whole number that is not negative") ?? 0
    }
    return Int(retries)
  }

  // MARK: - ONBUILD

  mutating func onbuild(_ statement: Statement) -> Instruction.Kind? {
    _ = flags(statement)
    guard case .statement(var inner) = statement.arguments else {
      return missingArguments(statement, "ONBUILD INSTRUCTION")
    }
    let keyword = inner.keyword.text.uppercased()
    guard !["ONBUILD", "MAINTAINER", "FROM"].contains(keyword) else {
      return refuse(
        "onbuild-trigger", "\(keyword) cannot be a trigger of ONBUILD", at: inner.keyword.range)
    }
    inner.heredocs = statement.heredocs
    inner.lines = statement.lines
    return .onbuild(
      Instruction.Trigger(
        expression: Self.expression(statement), keyword: inner.keyword,
        instruction: trigger(inner)))
  }

  /// The reference looks at a trigger only when it fires, so its errors are warnings here.
  private mutating func trigger(_ inner: Statement) -> Instruction? {
    var parser = InstructionParser(source: source, escape: escape)
    let instruction = parser.parse(inner)
    for problem in parser.diagnostics {
      guard let range = problem.span?.range else { continue }
      report(
        problem.id, problem.message, severity: .warning, at: range,
        replacement: problem.replacement, help: problem.help)
    }
    return instruction
  }

  private static func expression(_ statement: Statement) -> String {
    let bytes = Array(statement.original.utf8)
    var start = Whitespace.trimmingStart(bytes, bytes.indices).lowerBound
    start += statement.keyword.text.utf8.count
    start = Whitespace.trimmingStart(bytes, start..<bytes.count).lowerBound
    return statement.heredocs.reduce(String(decoding: bytes[start...], as: UTF8.self)) {
      "\($0)\n\($1.content)\($1.name)"
    }
  }
}
