import FileSystem
import Foundation
import TestSupport
import Testing

/// What takes room in the store, and taking it away beside running commands.
@Suite(
  .enabled(
    if: Machine.canRun && Machine.canAskDatabases, "\(Machine.needsRun); \(Machine.needsSQLite)"))
struct PruneTests {
  /// A project with superseded results, a stage that is only copied from, and a cache.
  private static func grown(_ bench: Workbench) throws {
    try ExampleProject.make(in: bench)
    for number in 0..<3 {
      try bench.write(
        "Dockerfile",
        ExampleProject.dockerfile
          + "RUN --mount=type=cache,target=/cache echo \(number) >>/cache/all; "
          + "head -c \(number + 1)00000 /dev/zero >/zeros\n")
      try bench.write("train.py", String(repeating: "echo \(number)\n", count: 5_000))
      try bench.does("build")
    }
  }

  private func total(_ bench: Workbench) throws -> Int64 {
    let text = try bench.does("cache", "du", "--quiet").output
    return try #require(Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  private func contents(_ bench: Workbench) throws -> [String] {
    try ["blobs", "snapshots", "cache-mounts"].flatMap {
      try FileManager.default.subpathsOfDirectory(atPath: "\(bench.home)/\($0)").sorted()
    }
  }

  private func removed(_ result: ProgramResult) -> [String] {
    result.output.split(separator: "\n").map(String.init)
  }

  @Test func usageIsWhatTheSystemSays() throws {
    let bench = try Workbench()
    try Self.grown(bench)
    let ours = try total(bench)
    let said = try bench.run("du", "-s", "--block-size=1", bench.home).output
    let theirs = try #require(Int64(said.prefix { $0.isNumber }))
    #expect(abs(ours - theirs) * 100 <= theirs, "\(ours) \(theirs)")
    struct Usage: Decodable {
      struct Kind: Decodable {
        let kind: String
        let bytes: Int64
      }
      struct User: Decodable {
        let image: String?
        let alone: Int64
        let shared: Int64
      }
      let schemaVersion: Int
      let total: Int64
      let kinds: [Kind]
      let users: [User]
      let unneeded: Int64
    }
    let json = try bench.does("cache", "du", "--json").output
    let usage = try JSONDecoder().decode(Usage.self, from: Data(json.utf8))
    #expect(usage.kinds.reduce(0) { $0 + $1.bytes } == usage.total)
    #expect(usage.users.contains { $0.image == "project" && $0.alone > 100_000 && $0.shared > 0 })
    #expect(usage.users.contains { $0.image == "base:1" })
    #expect(usage.unneeded > 0)
  }

  @Test func whatIsSupersededGoesAndTheRestIsAsBefore() throws {
    let bench = try Workbench()
    try Self.grown(bench)
    let digest = try bench.digest(bench.does("build"))
    let (before, files) = (try total(bench), try contents(bench))
    let planned = removed(try bench.does("cache", "prune", "-n", "--quiet"))
    #expect(try contents(bench) == files)
    #expect(removed(try bench.does("cache", "prune", "--quiet")) == planned && planned.count > 4)
    #expect(try total(bench) < before)
    #expect(try bench.does("cache", "ls", "--unused").output.contains("no step's result"))
    #expect(try bench.does("build").output.contains("up to date"))
    let again = try bench.does("build", "-t", "other:1")
    #expect(try bench.digest(again) == digest)
    try StoreCheck(bench).expectSound()
    #expect(removed(try bench.does("cache", "prune", "--quiet")) == [])
  }

  @Test func whatNamesNeedStaysWhateverIsAsked() throws {
    let bench = try Workbench()
    try Self.grown(bench)
    try bench.does("build", "-t", "kept:1")
    let digest = try bench.digest(bench.does("build"))
    for options in [["--all"], ["--keep-storage", "0"], ["--older-than", "0s"]] {
      _ = try bench.start(["cache", "prune"] + options).wait()
    }
    let list = try bench.does("cache", "prune", "--all", "--json").output
    #expect(
      list.contains(#""removed" : []"#) || list.contains(#""removed" : [\#n\#n  ]"#), "\(list)")
    #expect(try bench.digest(bench.does("build", "-t", "kept:1")) == digest)
    #expect(try bench.does("build", "--output", "oci:layout", "-t", "kept:1").succeeded)
    try StoreCheck(bench).expectSound()
  }

  @Test(arguments: ["--keep-storage=many", "--keep-storage=-1", "--older-than=soon"])
  func whatCannotBeReadIsRefused(option: String) throws {
    let result = try Workbench().runctl("cache", "prune", option)
    #expect(result.code == 2, "\(result)")
  }

  // MARK: Beside others

  @Test func aRunningBuildKeepsWhatItUses() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(
      "Dockerfile",
      ExampleProject.dockerfile
        + "RUN echo it started; while [ ! -e /go/on ]; do sleep 0.1; done\n"
        .replacingOccurrences(of: "RUN ", with: "RUN --mount=type=cache,id=go,target=/go "))
    let build = try bench.start(["build"])
    let hasStarted = eventually { build.errorsSoFar.contains("it started\n") }
    try #require(hasStarted, "\(build.errorsSoFar)")
    let pruned = try bench.does("cache", "prune", "--all")
    #expect(pruned.output.contains("in use by running commands"))
    let mounts = try FileManager.default.subpathsOfDirectory(atPath: "\(bench.home)/cache-mounts")
    let data = try #require(mounts.first { $0.hasSuffix("/data") })
    try FileTree.replace("\(bench.home)/cache-mounts/\(data)/on", with: [])
    let built = try build.wait()
    #expect(built.succeeded, "\(built)")
    let again = try bench.does("build")
    #expect(try bench.digest(again) == bench.digest(built))
    #expect(again.output.contains("up to date"), "the image is whole")
    try StoreCheck(bench).expectSound()
  }

  @Test func aRunKeepsItsImage() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let run = try bench.start(
      [
        "run", "--", "sh", "-c",
        "echo it started; while read x; do :; done; sleep 2; ls /bin/sh && cat train.py",
      ])
    let hasStarted = eventually { run.outputSoFar.contains("it started\n") }
    try #require(hasStarted, "\(run.errorsSoFar)")
    try bench.does("images", "rm", Workbench.base)
    try bench.does("cache", "prune", "--all")
    let result = try run.wait()
    #expect(result.succeeded && result.output.contains("training"), "\(result)")
    try bench.does("cache", "prune", "--all")
    #expect(try bench.does("cache", "ls", "--quiet").output.isEmpty)
    try StoreCheck(bench).expectSound()
  }

  @Test func manyBuildAndManyPruneAtOnce() throws {
    let first = try Workbench()
    try first.importBase()
    let benches = try (0..<4).map { number in
      let bench = try Workbench(beside: first)
      bench.environment["RUNCTL_HOME"] = first.home
      try bench.write(ExampleProject.files)
      try bench.write("train.py", "echo \(number / 2)\n")
      return bench
    }
    var digests: [[String]] = Array(repeating: [], count: benches.count)
    for _ in 0..<3 {
      let builds = try benches.map { try $0.start(["build", "-B"]) }
      let prunes = try (0..<4).map { number in
        try first.start(["cache", "prune"] + (number % 2 == 0 ? ["--all"] : []))
      }
      for prune in prunes {
        let result = try prune.wait()
        #expect(result.succeeded, "\(result)")
      }
      for (index, build) in builds.enumerated() {
        let result = try build.wait()
        try #require(result.succeeded, "\(result)")
        digests[index].append(try first.digest(result))
      }
    }
    for index in benches.indices { #expect(Set(digests[index]).count == 1) }
    #expect(digests[0] == digests[1] && digests[2] == digests[3] && digests[0] != digests[2])
    try StoreCheck(first).expectSound()
  }

  // MARK: By itself

  @Test func aBuildKeepsTheStoreBelowItsLimit() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write("Dockerfile", "FROM base:1\nCOPY data /data\n")
    var generator = SeededGenerator(seed: 1)
    func build() throws -> ProgramResult {
      let bytes = (0..<100_000).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
      try bench.write("data", bytes.map { String($0, radix: 36) }.joined())
      return try bench.does("build")
    }
    _ = try build()
    let limit = try total(bench) + 3_000_000
    try bench.write(".runctl.toml", "[store]\nmax_size = \"\(limit)\"\n")
    var told = 0
    for _ in 0..<8 {
      let result = try build()
      if result.errors.contains("larger than max_size: removed") { told += 1 }
      #expect(try total(bench) <= limit)
      #expect(try bench.does("build").output.contains("up to date"))
    }
    #expect((1...4).contains(told), "it makes more room than is needed at once")
    try bench.write(".runctl.toml", "[store]\nmax_size = \"1\"\n")
    let result = try build()
    #expect(result.errors.contains("only what is superseded"), "\(result)")
    #expect(try bench.does("build").output.contains("up to date"))
    try StoreCheck(bench).expectSound()
  }

  // MARK: Killed

  @Test func whoIsKilledAtAnyChangeLeavesASoundStore() throws {
    let bench = try Workbench()
    try Self.grown(bench)
    let digest = try bench.digest(bench.does("build"))
    let check = StoreCheck(bench)
    let saved = "\(bench.folder)/saved"
    try #require(bench.run("cp", "-a", bench.home, saved).succeeded)
    var (at, count) = (1, 0)
    while true {
      try FileTree.remove(bench.home)
      try #require(bench.run("cp", "-a", saved, bench.home).succeeded)
      bench.environment["RUNCTL_FAULT"] = "kill:\(at)"
      let result = try bench.runctl("cache", "prune", "--all")
      bench.environment["RUNCTL_FAULT"] = nil
      if result.succeeded { break }
      try check.expectSound("killed at \(at)")
      let again = try bench.does("build")
      #expect(try bench.digest(again) == digest, "killed at \(at)")
      try bench.does("cache", "prune", "--all")
      try check.expectSound("after a kill at \(at)")
      count += 1
      at += Machine.isLong ? 1 : 17
    }
    print("prune: killed at \(count) changes")
    #expect(count > 3)
  }

  @Test func afterAnyPruneABuildGivesTheSame() throws {
    var generator = SeededGenerator.ofTest("PruneTests")
    let living = try LivingProject(variants: 3)
    let check = StoreCheck(living.bench, state: "\(living.bench.project)/.runctl")
    for round in 0..<(Machine.isLong ? 200 : 8) {
      let content = try living.edit(&generator)
      let digest = try living.digest(of: content)
      #expect(try Workbench.digest(living.bench.does("build")) == digest)
      let size = try total(living.bench)
      let options =
        [
          [], ["--all"], ["--keep-storage", String(Int64.random(in: 0...size, using: &generator))],
          ["--older-than", "0s"],
        ].randomElement(using: &generator) ?? []
      let prune = try living.bench.start(["cache", "prune"] + options)
      let isKilled = Bool.random(using: &generator)
      if isKilled {
        usleep(UInt32.random(in: 0...60_000, using: &generator))
        prune.kill(SIGKILL)
      }
      let result = try prune.wait()
      #expect(isKilled || result.succeeded, "\(result)")
      try check.expectSound("round \(round), \(options)")
      #expect(
        try Workbench.digest(living.bench.does("build")) == digest, "round \(round), \(options)")
      #expect(try Workbench.digest(living.bench.does("build", "-B")) == digest)
    }
    try check.expectSound(rereads: true)
  }
}
