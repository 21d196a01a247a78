import FileSystem
import OCI
import Processes
import Synchronization

/// What differs from the commit, as git(1) says it.
struct GitDifference {
  /// Of a repository in which git needs longer, nothing is said.
  private static let timeout = Duration.seconds(10)

  /// For all the files together that git does not know: the start of a run may wait for them.
  private static let readingTime = Duration.seconds(2)

  /// In bytes.
  private static let listLimit = 1 << 20

  let root: String
  /// What runs write is no change: paths from the root.
  var written: [String] = []
  var readingTime = GitDifference.readingTime

  /// - Returns: nil when git cannot say it.
  func find() -> WorkingChanges.Difference? {
    let words = ["status", "--porcelain", "-z", "--no-renames", "-uall"]
    guard let status = git(words, .capture(limit: Self.listLimit)) else { return nil }
    // A list that was cut names not all of them.
    guard status.output.last ?? 0 == 0, status.output.count < Self.listLimit else { return nil }
    let entries = status.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let unknown = entries.filter { $0.hasPrefix("?? ") }.map { String($0.dropFirst(3)) }
    let patch = BoundedPatch(limit: WorkingChanges.limit)
    if unknown.count < entries.count {
      let words = [
        "diff", "--binary", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
        "--src-prefix=a/", "--dst-prefix=b/", "HEAD",
      ]
      guard git(words, .chunks { patch.add($0) }) != nil else { return nil }
    }
    guard let prefix = prefix(unknown) else { return nil }
    let deadline = ContinuousClock.now + readingTime
    for path in unknown.sorted() where !PrivateFiles.contains(path) {
      guard ContinuousClock.now < deadline else { return nil }
      let file = NewFile(path, inRepository: prefix)
      // Of a patch that is not kept anyway, nobody needs the contents.
      patch.add(patch.isFull ? file.mention : file.patch)
    }
    return patch.difference
  }

  /// `status` names files from the repository's root on.
  private func prefix(_ unknown: [String]) -> String? {
    guard !unknown.isEmpty else { return "" }
    guard let answer = git(["rev-parse", "--show-toplevel"], .captured, isOfFiles: false) else {
      return nil
    }
    return String(answer.outputText.dropLast { $0 == "\n" })
  }

  private func git(
    _ words: [String], _ output: Command.Output, isOfFiles: Bool = true
  ) -> Completion? {
    let files =
      ["--", "."] + ([".runctl"] + written).map { ":(exclude,literal)" + $0 }
      + PrivateFiles.exclusions
    let asked = words + (isOfFiles ? files : [])
    var command = Command(
      ["git", "--no-optional-locks", "-c", "core.fsmonitor=false"] + asked, workingDirectory: root)
    (command.output, command.errors, command.timeout) = (output, .null, Self.timeout)
    // A Ctrl-C is meant for the run's program.
    guard let result = try? Subprocess.run(command, interruption: nil), result.status.isSuccess
    else { return nil }
    return result
  }
}

extension String {
  fileprivate func dropLast(while condition: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, condition(last) { rest.removeLast() }
    return rest
  }
}

/// Bytes that come, the digest of them all, and the bytes themselves while they are few.
private final class BoundedPatch: Sendable {
  private struct State {
    var hash = SHA256()
    var bytes: [UInt8] = []
    var count = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  func add(_ bytes: [UInt8]) {
    state.withLock { state in
      state.hash.update(bytes)
      state.count += bytes.count
      if state.count <= limit { state.bytes += bytes } else { state.bytes = [] }
    }
  }

  var isFull: Bool { state.withLock { $0.count > limit } }

  var difference: WorkingChanges.Difference {
    state.withLock { state in
      guard state.count > 0 else { return .none }
      return .some(state.hash.finalize(), patch: state.count <= limit ? state.bytes : nil)
    }
  }
}
