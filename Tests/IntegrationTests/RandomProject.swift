import FileSystem
import Foundation

/// One thing in a project, as a test means it to be.
enum ProjectNode: Hashable {
  case file(String, mode: UInt32)
  case link(String)
  case folder(mode: UInt32)
}

/// A project as a test means it to be: what is on disk, and what a build uses of it.
struct RandomProject: Hashable {
  /// By path. Each folder on the way to something is there, too.
  var nodes: [String: ProjectNode]
  /// Of `.dockerignore`: paths, `**/*.END`, and either with `!`.
  var ignored: [String] = []
  /// Of the stage that the last one may copy from, and of the last one.
  var builder = ["COPY requirements.txt /out/", "RUN cat /out/requirements.txt >/out/list"]
  var instructions = ["COPY . /all", "RUN echo hello >/greeting"]
  /// nil when the command line has none.
  var greeting: String?

  static let start = RandomProject(nodes: [
    "src": .folder(mode: 0o755), "src/keep": .file("kept\n", mode: 0o644),
    "src/train.py": .file("import one\n", mode: 0o644), "src/lib": .folder(mode: 0o755),
    "src/lib/one.py": .file("1\n", mode: 0o644), "src/lib/two.py": .file("2\n", mode: 0o644),
    "data": .folder(mode: 0o755), "data/keep": .file("kept\n", mode: 0o644),
    "data/a.csv": .file("1,2\n", mode: 0o644), "data/b.log": .file("3,4\n", mode: 0o600),
    "data/link": .link("a.csv"), "conf": .folder(mode: 0o755),
    "conf/keep": .file("kept\n", mode: 0o644), "conf/run": .file("run\n", mode: 0o755),
    "requirements.txt": .file("numpy==1\n", mode: 0o644),
  ])
  /// What every COPY finds, whatever is done to the project.
  static let fixed: Set = [
    "src", "src/keep", "data", "data/keep", "conf", "conf/keep", "requirements.txt",
  ]

  var dockerfile: String {
    (["FROM base:1 AS builder", "WORKDIR /out"] + builder + ["", "FROM base:1"] + instructions)
      .joined(separator: "\n") + "\n"
  }

  var options: [String] { greeting.map { ["--build-arg", "GREETING=\($0)"] } ?? [] }

  /// All that is on disk.
  var all: [String: ProjectNode] {
    var all = nodes
    all["Dockerfile"] = .file(dockerfile, mode: 0o644)
    if !ignored.isEmpty {
      all[".dockerignore"] = .file(ignored.joined(separator: "\n") + "\n", mode: 0o644)
    }
    return all
  }

  // MARK: What a build uses

  /// Equal for two projects of which the same image is made.
  struct Meaning: Hashable {
    let dockerfile: String
    let greeting: String?
    let files: [String: ProjectNode]
  }

  var meaning: Meaning {
    Meaning(
      dockerfile: dockerfile,
      greeting: dockerfile.contains("ARG GREETING") ? greeting ?? "hello" : nil, files: used)
  }

  private var used: [String: ProjectNode] {
    let usesBuilder = instructions.contains { $0.contains("--from=builder") }
    let sources = (instructions + (usesBuilder ? builder : [])).compactMap(Self.source)
    return all.filter { path, _ in
      isInContext(path)
        && sources.contains { $0 == "." || path == $0 || path.hasPrefix($0 + "/") }
    }
  }

  private static func source(_ line: String) -> String? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 3, words[0] == "COPY", !words[1].hasPrefix("<<") else { return nil }
    return words[1].hasSuffix("/") ? String(words[1].dropLast()) : words[1]
  }

  /// A folder that is left out is there all the same for what is in it and is not.
  private func isInContext(_ path: String) -> Bool {
    if !isExcluded(path) { return true }
    guard case .folder = nodes[path] else { return false }
    return nodes.keys.contains { $0.hasPrefix(path + "/") && !isExcluded($0) }
  }

  private func isExcluded(_ path: String) -> Bool {
    var isExcluded = false
    for line in ignored {
      let isException = line.hasPrefix("!")
      let pattern = isException ? String(line.dropFirst()) : line
      if Self.ways(to: path).contains(where: { Self.matches(pattern, $0) }) {
        isExcluded = !isException
      }
    }
    return isExcluded
  }

  private static func matches(_ pattern: String, _ path: String) -> Bool {
    pattern.hasPrefix("**/*") ? path.hasSuffix(pattern.dropFirst(4)) : path == pattern
  }

  /// The path and its folders.
  private static func ways(to path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.map { parts[...$0].joined(separator: "/") }
  }

  /// How the files that `now` uses differ from those of `before`, as `explain` says it.
  static func changes(from before: Meaning, to now: Meaning) -> [String: String] {
    var changes: [String: String] = [:]
    for path in Set(before.files.keys).union(now.files.keys) {
      changes[path] =
        switch (before.files[path], now.files[path]) {
        case (let old, let new) where old == new: nil
        case (nil, _): "added"
        case (_, nil): "removed"
        case (.file(let old, _)?, .file(let new, _)?): old == new ? "permissions" : "content"
        case (.folder?, .folder?): "permissions"
        case (.link?, .link?): "link"
        default: "type"
        }
    }
    return changes
  }

  // MARK: On disk

  /// How files are written.
  enum Manner: CaseIterable {
    case anew
    case inPlace
    /// With the inode, and where the size allows it the time, that were there.
    case inPlaceWithoutATrace
    case anewAndOlder
  }

  /// Changes what is on disk from `old` to this.
  func write(over old: RandomProject, in bench: Workbench, _ manner: Manner) throws {
    let (before, now) = (old.all, all)
    for path in before.keys.sorted(by: >) where now[path].map(kind) != before[path].map(kind) {
      try bench.remove(path)
    }
    for path in now.keys.sorted() where now[path] != before[path] {
      switch now[path] {
      case .folder(let mode)?:
        try FileTree.makeDirectories("\(bench.project)/\(path)")
        chmod("\(bench.project)/\(path)", mode)
      case .link(let target)?:
        try bench.remove(path)
        symlink(target, "\(bench.project)/\(path)")
      case .file(let text, let mode)?: try write(text, mode, path, before[path], bench, manner)
      case nil: break
      }
    }
  }

  private func write(
    _ text: String, _ mode: UInt32, _ path: String, _ old: ProjectNode?, _ bench: Workbench,
    _ manner: Manner
  ) throws {
    guard case .file(let oldText, let oldMode)? = old else {
      return try bench.write(path, text, permissions: mode)
    }
    if oldText != text {
      switch manner {
      case .anew: try bench.write(path, text, permissions: mode)
      case .inPlace:
        try text.write(toFile: "\(bench.project)/\(path)", atomically: false, encoding: .utf8)
      case .inPlaceWithoutATrace:
        truncate("\(bench.project)/\(path)", off_t(text.utf8.count))
        try bench.overwrite(path, text)
      case .anewAndOlder:
        try bench.write(path, text, permissions: mode)
        bench.setTime(of: path, to: 1_000_000_000)
      }
    }
    if oldMode != mode || manner == .inPlace { chmod("\(bench.project)/\(path)", mode) }
  }

  private func kind(_ node: ProjectNode) -> Int {
    switch node {
    case .file: 0
    case .link: 1
    case .folder: 2
    }
  }
}
