import Diagnostics
import DockerfileSyntax
import OCI

/// ADD, and what it takes from elsewhere.
extension StagePlanner {
  func addAdd(
    _ add: Instruction.Add, _ instruction: Instruction, _ state: inout StageState,
    _ steps: inout StepList, _ findings: inout Findings
  ) {
    let texts = add.sources.map { source -> String? in
      guard case .path(let word) = source else { return nil }
      return findings.expand(word, in: state.scope)
    }
    let hasRemote = texts.contains { $0.flatMap { RemoteAddress($0) } != nil }
    if let checksum = add.checksum, texts.count != 1 || !hasRemote {
      findings.error(
        "checksum-without-address", "--checksum is for one address, and not for files",
        at: checksum.range, help: "write an ADD of its own for the address")
      return
    }
    addFiles(
      add.sources, add.destination, add.options, from: .context, add: add, instruction, &state,
      &steps, &findings)
  }

  /// - Returns: nil when something is wrong, which has been noted then.
  func remote(
    _ address: RemoteAddress, _ word: Word, _ add: Instruction.Add, position: Int,
    _ state: StageState, _ findings: inout Findings
  ) -> RemoteFile? {
    let source: RemoteSource?
    switch address {
    case .web(let url):
      source = checksum(of: add, "sha256:<64 digits>", Digest.init(_:), state, &findings).map {
        .download(DownloadSource(url: url, checksum: $0.value))
      }
    case .git(let url, let fragment):
      source = repository(url, fragment, word, add, state, &findings).map { .repository($0) }
    }
    return source.map {
      RemoteFile(
        source: $0, position: position, unpacks: add.unpacks ?? false,
        span: findings.span(word.range))
    }
  }

  private func repository(
    _ url: String, _ text: String, _ word: Word, _ add: Instruction.Add, _ state: StageState,
    _ findings: inout Findings
  ) -> RepositorySource? {
    guard let fragment = RepositoryFragment(text) else {
      findings.error(
        "invalid-git-ref", "'\(text)' is not a branch, tag or commit, and a directory",
        at: word.range, help: "write ADDRESS#REF or ADDRESS#REF:DIRECTORY")
      return nil
    }
    let commit = checksum(
      of: add, "a whole commit", { GitCommit($0) }, state, &findings)
    return commit.map {
      RepositorySource(
        url: url, ref: fragment.ref, directory: fragment.directory,
        keepsGitDirectory: add.keepsGitDirectory ?? false, checksum: $0.value)
    }
  }

  private struct Checksum<Value> {
    /// nil without one.
    let value: Value?
  }

  /// - Returns: nil for one that is wrong, which has been noted then.
  private func checksum<Value>(
    of add: Instruction.Add, _ expected: String, _ make: (String) -> Value?, _ state: StageState,
    _ findings: inout Findings
  ) -> Checksum<Value>? {
    guard let word = add.checksum else { return Checksum(value: nil) }
    guard let text = findings.expand(word, in: state.scope) else { return nil }
    guard let value = make(text) else {
      findings.error(
        "invalid-checksum", "'\(text)' is not a checksum that this can have", at: word.range,
        help: "write \(expected)")
      return nil
    }
    return Checksum(value: value)
  }
}
