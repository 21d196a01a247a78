import FileSystem
import Foundation
import Testing

/// What a lock pins of base images, and what builds make of it.
@Suite(
  .enabled(
    if: Machine.canPush && Machine.canImport && Machine.has("curl"),
    "\(Machine.needsPush), curl, and \(Machine.needsImport)"))
struct LockTests {
  /// A project whose base is in a registry, and another one that makes such bases.
  private struct World {
    let bench: Workbench
    let maker: Workbench
    let registry: RegistryServer
    let place: String

    init() throws {
      bench = try Workbench()
      registry = try RegistryServer(in: bench)
      maker = try Workbench(beside: bench)
      place = "\(registry.host)/team/base:1"
      try bench.write(["Dockerfile": "FROM \(place)\nCOPY train.py /\n", "train.py": "1\n"])
      try move("one")
    }

    /// Makes the base's tag mean another image.
    @discardableResult
    func move(_ content: String) throws -> String {
      try maker.write(["Dockerfile": "FROM scratch\nCOPY content /\n", "content": content])
      try maker.does("push", "-t", place)
      return String(try registry.digest(of: "team/base", "1").prefix(12))
    }

    func lock() throws -> String { try bench.read(".runctl.lock") }
  }

  @Test func aTagThatMovesChangesNothingUntilItIsTakenOver() throws {
    let world = try World()
    let (bench, place) = (world.bench, world.place)
    let old = try world.registry.digest(of: "team/base", "1").prefix(12)
    try bench.does("lock")
    let first = try world.lock()
    let built = try bench.digest(try bench.does("build"))
    #expect(try bench.does("build", "--locked").output.contains("up to date (\(built))"))

    let new = try world.move("two")
    // Neither here nor where nothing is known yet, and --pull says so.
    #expect(try bench.digest(try bench.does("build")) == built)
    let pulled = try bench.does("build", "--pull")
    #expect(try bench.digest(pulled) == built)
    #expect(pulled.errors.contains("\(place) is pinned, and stays what it is"))
    try FileTree.remove(bench.home)
    #expect(try bench.digest(try bench.does("build")) == built)

    // Drift is told with what, from what, to what, since when, and what to do.
    for command in [["build"], ["push", "-t", place], ["lock", "--check"], ["status"]] {
      let option = command[0] == "lock" ? [] : ["--locked"]
      let drifted = try bench.start(command + option).wait()
      #expect(drifted.code == 5, "\(drifted)")
      #expect(drifted.errors.contains("'\(place)' has moved: \(old) → \(new) (pinned 20"))
      #expect(drifted.errors.contains("runctl lock --update \(place)"))
      #expect(drifted.errors.contains("[lock-drift]"))
    }
    #expect(try bench.runctl("train", "--locked", "train.py").code == 205)
    #expect(try world.lock() == first)

    try bench.does("lock", "--update", place)
    #expect(try world.lock().contains(new))
    let explained = try bench.does("build", "--locked")
    #expect(explained.errors.contains("base \(place) changed: \(old) → \(new)"), "\(explained)")
    try bench.does("lock", "--check")
  }

  @Test func whatIsPinnedStaysToTheByte() throws {
    let world = try World()
    let bench = world.bench
    try bench.does("lock", "-n")
    #expect(!bench.has(".runctl.lock"))
    try bench.does("lock")
    let first = try world.lock()
    let time = bench.status(of: ".runctl.lock").st_ino
    try world.move("two")
    try bench.does("lock")
    #expect(try world.lock() == first)
    #expect(bench.status(of: ".runctl.lock").st_ino == time, "it was written for nothing")

    // A name more is added, the others are left; one that no Dockerfile has is dropped.
    let other = "\(world.registry.host)/team/other:1"
    try world.maker.does("push", "-t", other)
    try bench.write("Dockerfile", "FROM \(other) AS x\nFROM \(world.place)\nCOPY train.py /\n")
    let built = try bench.does("build")
    #expect(!built.errors.contains("not in .runctl.lock"), "the stage is not needed: \(built)")
    let drifted = try bench.runctl("build", "--locked")
    #expect(drifted.code == 5)
    #expect(drifted.errors.contains("'\(other)' is not in .runctl.lock"), "\(drifted)")
    try bench.does("lock")
    #expect(try world.lock().hasPrefix(first))
    #expect(try world.lock().contains("team/other:1"))
    try bench.write("Dockerfile", "FROM \(other)\nCOPY train.py /\n")
    let stale = try bench.runctl("build", "--locked")
    #expect(stale.code == 5)
    #expect(stale.errors.contains("'\(world.place)' is in .runctl.lock, and in no Dockerfile"))
    try bench.does("lock")
    #expect(try !world.lock().contains("team/base:1"))
  }

  @Test func whatIsPinnedForOthersStays() throws {
    let world = try World()
    let bench = world.bench
    let other = "\(world.registry.host)/team/other:1"
    try world.maker.does("push", "-t", other)
    try bench.write([
      ".runctl.toml": "[images.a]\n[images.b]\ndockerfile = \"b.Dockerfile\"\n",
      "b.Dockerfile": "FROM \(other)\n",
    ])
    try bench.does("lock", "a")
    try bench.does("lock", "b")
    #expect(try world.lock().contains("team/base:1") && world.lock().contains("team/other:1"))
    // Another platform's pin is of use on another machine.
    let elsewhere = try world.lock().replacing("linux/amd64", with: "linux/s390x")
    let own = try world.lock().split(separator: "\n").drop { !$0.hasPrefix("[[") }
    try bench.write(".runctl.lock", elsewhere + own.joined(separator: "\n") + "\n")
    try bench.does("lock")
    #expect(try world.lock().contains("linux/s390x") && world.lock().contains("linux/amd64"))
    try bench.does("lock", "--check")
    try bench.does("build", "--locked")
  }

  @Test func aNewNameIsUsedAndTold() throws {
    let world = try World()
    try world.bench.write(".runctl.lock", "version = 1\n")
    let built = try world.bench.does("build")
    #expect(built.errors.contains("\(world.place) is not in .runctl.lock; 'runctl lock' pins it"))
  }

  @Test func aDeletedTagIsDriftAndStillBuilt() throws {
    let world = try World()
    let bench = world.bench
    try bench.does("lock")
    let digest = try world.registry.digest(of: "team/base", "1")
    let built = try bench.digest(try bench.does("build"))
    try world.registry.curl(
      "--request", "DELETE",
      "http://\(world.registry.host)/v2/team/base/manifests/sha256:\(digest)")
    let drifted = try bench.runctl("build", "--locked")
    #expect(drifted.code == 5)
    #expect(drifted.errors.contains("'\(world.place)' is no longer there"), "\(drifted)")
    #expect(try bench.digest(try bench.does("build")) == built)
    // Where nothing of it is left, there is nothing to build from.
    try FileTree.remove(bench.home)
    let failed = try bench.runctl("build")
    #expect(failed.code == 7, "\(failed)")
    #expect(failed.errors.contains("[pin-not-found]"))
    #expect(failed.errors.contains("runctl lock --update \(world.place)"))
  }

  @Test func withoutANetworkThePinIsUsed() throws {
    let world = try World()
    let bench = world.bench
    try bench.does("build")
    world.registry.stop()
    // What was asked for before is pinned.
    try bench.does("lock")
    let built = try bench.does("build", "--locked")
    #expect(built.errors.contains("cannot reach registry"), "\(built)")
    #expect(built.errors.contains("; the pin"))
    let checked = try bench.does("lock", "--check", "--json")
    #expect(checked.output.contains("\"state\" : \"unasked\""), "\(checked)")
    let updated = try bench.runctl("lock", "--update")
    #expect(updated.code == 7, "\(updated)")
  }

  @Test func aLocalNameThatMeansAnotherImageIsDrift() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("Dockerfile", "FROM base:1\nCOPY train.py /\n")
    try bench.does("lock")
    let built = try bench.digest(try bench.does("build", "--locked"))
    try bench.importBase(extra: ["etc/release": "2\n"])
    let drifted = try bench.runctl("build", "--locked")
    #expect(drifted.code == 5)
    #expect(drifted.errors.contains("'base:1' has moved: "), "\(drifted)")
    #expect(drifted.errors.contains("the new one is of 20"))
    #expect(try bench.digest(try bench.does("build")) == built)
    try bench.does("lock", "--update", "base:1")
    #expect(try bench.digest(try bench.does("build", "--locked")) != built)
  }

  @Test func aDamagedLockStopsEverythingButItsRemedy() throws {
    let world = try World()
    let bench = world.bench
    try bench.does("lock")
    try bench.write(".runctl.lock", "<<<<<<< HEAD\n" + world.lock())
    for command in [["build"], ["build", "--locked"], ["lock"], ["lock", "--check"]] {
      let failed = try bench.start(command).wait()
      #expect(failed.code == 2, "\(failed)")
      #expect(failed.errors.contains(".runctl.lock:1:1: error: "), "\(failed)")
      #expect(failed.errors.contains("runctl lock --update"))
    }
    try bench.does("lock", "--update")
    try bench.does("build", "--locked")
  }

  @Test func whoMistypesANameIsHelped() throws {
    let world = try World()
    let failed = try world.bench.runctl("lock", "--update", world.place.dropLast() + "2")
    #expect(failed.code == 2)
    #expect(failed.errors.contains("did you mean '\(world.place)'?"), "\(failed)")
    #expect(try world.bench.runctl("build", "--locked").errors.contains("[lock-missing]"))
    #expect(try world.bench.runctl("build", "--locked").code == 5)
  }
}
