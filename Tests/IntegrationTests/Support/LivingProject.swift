import FileSystem
import Foundation
import TestSupport
import Testing

/// A project and a store that go on from command to command, and what a clean build of each of the
/// project's contents gives.
final class LivingProject {
  let bench: Workbench
  let registry: RegistryServer
  /// Builds and pushes bases, in a store of its own.
  private let source: Workbench
  /// Has the living store; its base comes from the registry.
  let puller: Workbench
  private let roots: [String]
  private var expected: [String: String] = [:]
  private var bases = 0
  /// How many contents the files that are edited have.
  private let variants: Int

  init(variants: Int) throws {
    self.variants = variants
    bench = try Workbench()
    try ExampleProject.make(in: bench)
    registry = try RegistryServer(in: bench)
    source = try Workbench()
    try source.importBase()
    try FileTree.rename(source.home, to: "\(source.folder)/base")
    let copied = try source.run("cp", "-a", "\(source.folder)/base", source.home)
    try #require(copied.succeeded, "\(copied)")
    puller = try Workbench(beside: bench)
    puller.environment["RUNCTL_HOME"] = bench.home
    roots = try (0..<3).map { [bench] number in
      let tar = "\(bench.folder)/root-\(number).tar"
      try BaseRoot.write(tar, scratch: bench.folder, extra: ["etc/release": "\(number)\n"])
      return tar
    }
  }

  /// Something to do for the next command.
  /// - Returns: What stands for the project's contents.
  func edit(_ generator: inout SeededGenerator) throws -> String {
    let (code, needs) = (
      Int.random(in: 0..<variants, using: &generator),
      Int.random(in: 0..<variants, using: &generator) / 2
    )
    try bench.write("train.py", String(repeating: "echo \(code)\n", count: 20_000))
    try bench.write("requirements.txt", "numpy==1.\(needs)\n")
    return "project \(code) \(needs)"
  }

  /// The digest that an empty store gives, found once for each content.
  func digest(of content: String) throws -> String {
    if let known = expected[content] { return known }
    // Beside the base, nothing is there.
    let other = try Workbench()
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
    other.project = bench.project
    let copied = try bench.run("cp", "-a", "\(source.folder)/base", other.home)
    try #require(copied.succeeded, "\(copied)")
    let digest = try Workbench.digest(other.does("build"))
    expected[content] = digest
    return digest
  }

  /// Puts an image into the registry that the living store lacks, and makes it the base.
  /// - Returns: The digest that an empty store gives.
  func publishBase() throws -> String {
    bases += 1
    let place = "\(registry.host)/bases:\(bases)"
    try source.write([
      "Dockerfile": "FROM base:1\nCOPY a /a\nCOPY b /b\n",
      "a": String(repeating: "\(UInt64.random(in: 0 ... .max)) ", count: 50_000),
      "b": "\(bases)\n",
    ])
    try source.does("push", "-t", place)
    try puller.write(["Dockerfile": "FROM \(place)\nCOPY extra .\n", "extra": "\(bases)\n"])
    return try puller.cleanDigest([], bases: [])
  }

  /// One of a few roots, and the digest that an empty store gives it.
  func root(_ generator: inout SeededGenerator) throws -> (tar: String, digest: String) {
    let tar = try #require(roots.randomElement(using: &generator))
    if let known = expected[tar] { return (tar, known) }
    let clean = try Workbench()
    let digest = try Self.imported(clean.does("images", "import", tar, "other:1"))
    expected[tar] = digest
    return (tar, digest)
  }

  static func imported(_ result: ProgramResult) throws -> String {
    let match = try #require(
      result.output.firstMatch(of: /imported \S+ ([0-9a-f]{12})/), "\(result)")
    return String(match.output.1)
  }
}
