import FileSystem
import Foundation
import TestSupport
import Testing

/// Commands that are killed at moments that nobody chose, one after the other in one store and one
/// project: whatever a kill damages would be there for the next one.
///
/// 12 kills, or 1,000 with `RUNCTL_LONG_TESTS` set.
@Suite(
  .enabled(
    if: Machine.canRun && Machine.canPush && Machine.canAskDatabases,
    "\(Machine.needsRun); \(Machine.needsPush); \(Machine.needsSQLite)"))
struct RandomKillTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["RUNCTL_LONG_TESTS"]?.isEmpty == false

  private enum Command: String, CaseIterable {
    case build
    case push
    case pull
    case `import`
  }

  private struct Count {
    var hits = 0
    var tooLate = 0
  }

  /// What is started and killed, where, and what must come of it in the end.
  private struct Attempt {
    let bench: Workbench
    let arguments: [String]
    /// The same, made to do all its work again only while it is being killed.
    let next: [String]
    let digest: String
  }

  @Test func whateverIsKilledGoesOn() throws {
    var generator = SeededGenerator.ofTest("RandomKillTests")
    let living = try LivingProject(variants: Self.isLong ? 8 : 2)
    let check = StoreCheck(living.bench, state: "\(living.bench.project)/.runctl")
    let durations = try undisturbed(living, &generator)
    var counts: [Command: Count] = [:]
    let wanted = Self.isLong ? 1_000 : 12
    var (kills, number) = (0, 0)
    while kills < wanted {
      defer { number += 1 }
      let command = Command.allCases[number % 4]
      let attempt = try prepare(command, living, &generator)
      let moment = Double(durations[command] ?? 0) * Double.random(in: 0...1, using: &generator)
      let told = "\(command) \(number), killed after \(Int(moment)) µs"
      let program = try attempt.bench.start(attempt.arguments)
      usleep(UInt32(moment))
      program.kill(SIGKILL)
      let wasHit = try program.wait().code == 128 + SIGKILL
      kills += wasHit ? 1 : 0
      if Self.isLong, wasHit, kills % 100 == 0 { print("\(kills) kills, \(number + 1) tries") }
      counts[command, default: Count()].hits += wasHit ? 1 : 0
      counts[command, default: Count()].tooLate += wasHit ? 0 : 1
      let hasEnded = try eventually { try Processes.naming(living.bench.folder).isEmpty }
      #expect(hasEnded, "\(told)")
      try check.expectSound(told)

      let next = try attempt.bench.start(attempt.next).wait()
      try #require(next.succeeded, "\(told): \(next)")
      #expect(try digest(next) == attempt.digest, "\(told)")
      #expect(next.errors.contains("warning") == false, "\(told): \(next)")
      try check.expectSound("after \(told)")
      // One that finds everything up to date does not open the store; the next one that does tidies.
      try living.bench.does("images", "ls")
      try check.expectNothingLeft(told)
    }
    try check.expectSound(rereads: true)
    for command in Command.allCases {
      let count = counts[command, default: Count()]
      print("\(command): killed \(count.hits), over before \(count.tooLate)")
    }
  }

  private func prepare(
    _ command: Command, _ living: LivingProject, _ generator: inout SeededGenerator
  ) throws -> Attempt {
    switch command {
    case .build:
      let content = try living.edit(&generator)
      // After all contents were built, the steps would all be in the store.
      let again = Bool.random(using: &generator) ? ["-B"] : []
      return Attempt(
        bench: living.bench, arguments: ["build"] + again, next: ["build"],
        digest: try living.digest(of: content))
    case .push:
      let content = try living.edit(&generator)
      let push = ["push", "-t", "\(living.registry.host)/team/train:1"]
      return Attempt(
        bench: living.bench, arguments: push + ["-B"], next: push,
        digest: try living.digest(of: content))
    case .pull:
      let digest = try living.publishBase()
      return Attempt(
        bench: living.puller, arguments: ["build"], next: ["build"], digest: digest)
    case .import:
      let (tar, digest) = try living.root(&generator)
      let arguments = ["images", "import", tar, "other:1"]
      return Attempt(
        bench: living.bench, arguments: arguments, next: arguments, digest: digest)
    }
  }

  private func digest(_ result: ProgramResult) throws -> String {
    result.output.contains("imported")
      ? try LivingProject.imported(result) : try Workbench.digest(result)
  }

  /// How long each command takes when nobody kills it, in microseconds.
  private func undisturbed(
    _ living: LivingProject, _ generator: inout SeededGenerator
  ) throws -> [Command: Int64] {
    var durations: [Command: Int64] = [:]
    for command in Command.allCases {
      let attempt = try prepare(command, living, &generator)
      let start = ContinuousClock.now
      let result = try attempt.bench.start(attempt.arguments).wait()
      durations[command] = Int64((ContinuousClock.now - start) / .microseconds(1))
      #expect(try digest(result) == attempt.digest)
    }
    return durations
  }
}
