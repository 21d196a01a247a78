import ArgumentParser
import OCI
import Storage

struct CacheShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what went into a step's result, and what is in it.",
    discussion: """
      Examples:
        runctl cache show 0c52f00bb0d2
        runctl cache show 0c52 --files       every file that the step has left
        runctl cache show 0c52f00bb0d2 --json
      """)

  @Argument(help: "A key of 'runctl cache ls', or the first digits of one.")
  var key: String

  @Flag(help: "List all files instead of the first 20.")
  var files = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
      let entry = try entry(in: store)
      let detail = try StepDetail(entry, in: store, fileLimit: files || json ? nil : 20)
      if json {
        try JSONOutput.print(detail, to: .standard)
      } else {
        detail.print(to: .standard)
      }
      return .success
    }
  }

  private func entry(in store: Store) throws -> StepEntry {
    let digits = key.lowercased().hasPrefix("sha256:") ? String(key.dropFirst(7)) : key
    let prefix = digits.lowercased()
    let isHex =
      !prefix.isEmpty && prefix.utf8.allSatisfy { Array("0123456789abcdef".utf8).contains($0) }
    let found = isHex ? try store.steps.keys(beginningWith: prefix) : []
    guard let first = found.first, let entry = try store.steps.entry(for: first) else {
      throw UsageError(
        "unknown-step", "no step's result has a key that begins with '\(key)'",
        help: "'runctl cache ls' lists the keys")
    }
    guard found.count == 1 else {
      let shown = found.prefix(5).map { String($0.hex.prefix(max(12, prefix.count + 4))) }
      throw UsageError(
        "ambiguous-step", "\(found.count) keys begin with '\(key)'",
        help: "give more digits: " + shown.joined(separator: ", ")
          + (found.count > shown.count ? ", …" : ""))
    }
    return entry
  }
}
