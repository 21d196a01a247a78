import FileSystem
import Foundation
import TestSupport
import Testing

/// After any sequence of edits an incremental build gives what a build from an empty store gives, and
/// every decision on the way is the right one.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct RandomEditTests {
  @Test func incrementalEqualsClean() throws {
    print("RUNCTL_TEST_SEED=\(Machine.seed)")
    var life = try ProjectLife(seed: Machine.seed)
    for _ in 0..<(Machine.isLong ? 1_000 : 15) { try life.goOn() }
    print("random edits: \(life.counts.sorted { $0.key < $1.key })")
    #expect(life.counts["up to date", default: 0] > 0 && life.counts["built", default: 0] > 0)
  }
}

/// One project and one store, through edit after edit.
private struct ProjectLife {
  private let bench: Workbench
  private let clean: CleanBuilds
  private var chance: SeededGenerator
  private var project = RandomProject.start
  private var earlier: [RandomProject] = []
  /// What the last build was made of.
  private var built: RandomProject.Meaning?
  private var digests: [RandomProject.Meaning: String] = [:]
  private var number = 0
  /// How often what came of an edit.
  private(set) var counts: [String: Int] = [:]

  init(seed: UInt64) throws {
    bench = try Workbench()
    clean = try CleanBuilds(of: bench)
    chance = SeededGenerator(seed: seed)
    try bench.importBase()
    try project.write(
      over: RandomProject(nodes: [:], builder: [], instructions: []), in: bench, .anew)
    let first = try bench.does("build")
    built = project.meaning
    digests[project.meaning] = try bench.digest(first)
    // A copy of a store that has the base alone is as good as an empty one into which it is imported.
    #expect(try bench.digest(first) == bench.cleanDigest([], bases: [(Workbench.base, [:])]))
    #expect(try clean.build(project.options).output.contains(bench.digest(first)))
  }

  mutating func goOn() throws {
    number += 1
    let before = project
    let comment: String
    if !earlier.isEmpty, Int.random(in: 0..<8, using: &chance) == 0 {
      project = earlier.randomElement(using: &chance) ?? project
      comment = "\(number): undo"
      try project.write(over: before, in: bench, .anew)
    } else {
      let edit = RandomEdit.allCases.randomElement(using: &chance) ?? .nothing
      let manner = RandomProject.Manner.allCases.randomElement(using: &chance) ?? .anew
      comment = "\(number): \(edit), \(manner)"
      try edit.apply(to: &project, in: bench, by: &chance)
      try project.write(over: edit.isOnDisk ? project : before, in: bench, manner)
    }
    try check(Comment(rawValue: "RUNCTL_TEST_SEED=\(Machine.seed), \(comment)"), else: before)
    earlier.append(project)
  }

  private mutating func check(_ comment: Comment, else before: RandomProject) throws {
    let meaning = project.meaning
    let looked = try bench.start(["build", "-n"] + project.options).wait()
    let asked = try bench.start(["build", "-q"] + project.options).wait()
    let explained = try explain()
    let result = try bench.start(["build"] + project.options).wait()
    guard result.succeeded else {
      // What cannot be built cannot be built from nothing either.
      try #require(try clean.build(project.options).succeeded == false, "\(comment): \(result)")
      counts["refused", default: 0] += 1
      let wrong = project
      project = before
      return try project.write(over: wrong, in: bench, .anew)
    }
    let digest = try bench.digest(result)
    if meaning == built {
      try #require(result.output == "project: up to date (\(digest))\n", comment)
      try #require(looked.output == "project: up to date\n", comment)
      try #require(asked.code == 0 && explained.state == "up to date", comment)
      counts["up to date", default: 0] += 1
    } else {
      try #require(result.output.contains("project: built "), "\(comment): \(result)")
      try #require(asked.code == 3 && explained.state == "out of date", comment)
      let reasons = result.errors.split(separator: "\n").filter { $0.hasPrefix("project: ") }
        .map { "  " + $0.dropFirst(9) }
      try #require(
        looked.output == (["project: would be built"] + reasons).joined(separator: "\n") + "\n",
        comment)
      try #require(Set(explained.reasons.map { "  " + $0 }) == Set(reasons), comment)
      let changes = try RandomProject.changes(from: #require(built), to: meaning)
      try #require(explained.changes == changes, comment)
      counts["built", default: 0] += 1
    }
    built = meaning
    if let known = digests[meaning] {
      try #require(digest == known, comment)
      counts["seen before", default: 0] += 1
    } else {
      let fromNothing = try clean.build(project.options)
      try #require(try bench.digest(fromNothing) == digest, "\(comment): \(fromNothing)")
      digests[meaning] = digest
    }
    try #require(try bench.start(["build", "-q"] + project.options).wait().code == 0, comment)
  }

  private struct Explained: Decodable {
    struct File: Decodable {
      let path: String
      let change: String
    }
    let state: String
    let reasons: [String]
    let files: [File]

    var changes: [String: String] {
      Dictionary(files.map { ($0.path, $0.change) }, uniquingKeysWith: { "\($0) and \($1)" })
    }
  }

  private func explain() throws -> Explained {
    struct All: Decodable {
      let targets: [Explained]
    }
    let result = try bench.start(["explain", "--json", "project:image"] + project.options).wait()
    try #require(result.succeeded || result.output.isEmpty, "\(result)")
    guard result.succeeded else { return Explained(state: "refused", reasons: [], files: []) }
    return try #require(
      JSONDecoder().decode(All.self, from: Data(result.output.utf8)).targets.first)
  }
}

/// Builds of a project in a store that has nothing but its base.
private final class CleanBuilds {
  private let other: Workbench
  private let template: String

  init(of bench: Workbench) throws {
    other = try Workbench()
    try other.importBase()
    template = "\(other.folder)/template"
    rename(other.home, template)
    other.project = bench.project
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
  }

  func build(_ options: [String]) throws -> ProgramResult {
    for path in [other.home, "\(other.folder)/state"] { try FileTree.remove(path) }
    let copied = try Program.run("cp", "-a", template, other.home, scratch: other.folder)
    try #require(copied.succeeded, "\(copied)")
    return try other.start(["build"] + options).wait()
  }
}
