import FileSystem
import Foundation
import Testing

/// The same inputs give the same digest, whatever surrounds them.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct DeterminismTests {
  static let surroundings: [Surroundings] = [
    Surroundings("another path", project: "somewhere/else/project"),
    Surroundings("other times") { bench in
      for (offset, path) in ExampleProject.files.keys.enumerated() {
        bench.setTime(of: path, to: 1_000_000_000 + offset * 86_400)
      }
      bench.setTime(of: "data", to: 1_234_567_890)
    },
    Surroundings("a strict umask", umask: "077"),
    Surroundings("a lax umask", umask: "000"),
    Surroundings("a time zone", variables: ["TZ": "Pacific/Kiritimati"]),
    Surroundings("another language", variables: ["LC_ALL": "tr_TR.UTF-8"]),
    Surroundings("one job at a time", options: ["-j", "1"]),
    Surroundings("many jobs", options: ["-j", "64"]),
  ]

  /// Only the written files' own modes count, so the folders' are set too.
  private func digest(_ surroundings: Surroundings) throws -> String {
    let bench = try Workbench(project: surroundings.project)
    try ExampleProject.make(in: bench)
    chmod("\(bench.project)/data", 0o755)
    try surroundings.prepare(bench)
    bench.environment = surroundings.variables
    let options = surroundings.options.joined(separator: " ")
    let built = try bench.run(
      "sh", "-c", "umask \(surroundings.umask); exec \"$0\" build \(options)", Machine.runctl)
    try #require(built.succeeded, "\(built)")
    return try bench.digest(built)
  }

  @Test(arguments: surroundings)
  func surroundingsDoNotMatter(other: Surroundings) throws {
    #expect(try digest(other) == digest(Surroundings("the usual")))
  }

  @Test func theEpochIsAnInput() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let usual = try bench.digest(try bench.does("build"))
    bench.environment["SOURCE_DATE_EPOCH"] = "1700000000"
    let looked = try bench.does("build", "-n")
    #expect(looked.output.contains("time of files changed"))
    let other = try bench.digest(try bench.does("build"))
    #expect(other != usual)
    bench.environment["SOURCE_DATE_EPOCH"] = "yesterday"
    #expect(try bench.runctl("build").code == 2)
  }
}

struct Surroundings: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var project = "project"
  var umask = "022"
  var variables: [String: String] = [:]
  var options: [String] = []
  let prepare: @Sendable (Workbench) throws -> Void

  init(
    _ name: String, project: String = "project", umask: String = "022",
    variables: [String: String] = [:], options: [String] = [],
    prepare: @escaping @Sendable (Workbench) throws -> Void = { _ in }
  ) {
    (testDescription, self.project, self.umask) = (name, project, umask)
    (self.variables, self.options, self.prepare) = (variables, options, prepare)
  }
}
