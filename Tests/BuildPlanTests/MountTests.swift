import Diagnostics
import OCI
import Testing

@testable import BuildPlan

/// What `RUN --mount` means.
struct MountTests {
  private static func mount(_ options: String, before: String = "") -> RunMount? {
    let planned = Planned("FROM a\n\(before)RUN --mount=\(options) x")
    return planned.runs.last?.mounts.first
  }

  @Test(arguments: [
    ("type=tmpfs,target=/x", "/x"), ("type=tmpfs,dst=/x/../y", "/y"),
    ("type=tmpfs,destination=x", "/w/x"), ("type=tmpfs,target=./x", "/w/x"), ("type=bind", "/w"),
    ("target=$D/a", "/d/a"), ("target=${N:-none}", "/w/none"), ("TARGET=/x,TYPE=TMPFS", "/x"),
    ("type=cache,target=/root/.cache", "/root/.cache"), ("type=bind,target=/x,source=a", "/x"),
  ])
  func isAt(options: String, target: String) {
    let mount = Self.mount(options, before: "WORKDIR /w\nENV D=/d\n")
    #expect(mount?.target == TreePath(target))
  }

  @Test(arguments: [
    ("target=/x", true), ("target=/x,rw", false), ("target=/x,rw=false", true),
    ("target=/x,readwrite", false), ("type=cache,target=/x", false),
    ("type=cache,target=/x,ro", true), ("type=cache,target=/x,readonly=true", true),
    ("type=cache,target=/x,ro=0", false), ("type=tmpfs,target=/x", false),
    ("type=tmpfs,target=/x,ro", true), ("type=secret,id=x", true),
  ])
  func isReadOnly(options: String, expected: Bool) {
    #expect(Self.mount(options)?.isReadOnly == expected)
  }

  @Test(
    arguments: [
      ("size=64m", 64 << 20), ("size=1g", 1 << 30), ("size=100", 100), ("size=1.5k", 1536),
      ("size=2 KiB", 2048), ("size=7B", 7), ("size=0", nil), ("ro", nil),
    ] as [(String, Int64?)])
  func memoryHasASize(option: String, size: Int64?) {
    #expect(Self.mount("type=tmpfs,target=/x,\"\(option)\"")?.kind == .memory(size: size))
  }

  @Test(arguments: [
    ("type=cache,target=/x/../y/", "/y", "shared"), ("type=cache,target=c", "c", "shared"),
    ("type=cache,id=../../etc,target=/x,sharing=locked", "../../etc", "locked"),
    ("type=cache,target=/x,sharing=PRIVATE", "/x", "private"),
    ("type=cache,target=/x,id=$U", "u", "shared"),
  ])
  func cachesHaveAnID(options: String, id: String, sharing: String) throws {
    let mount = try #require(Self.mount(options, before: "ARG U=u\n"))
    guard case .cache(let cache) = mount.kind else { throw CancellationError() }
    #expect(cache.id == id && cache.sharing.rawValue == sharing)
    #expect(cache.seed == nil && cache.source == .root && cache.ownership == nil)
  }

  @Test func cachesOfAnOwnerAreOthers() throws {
    let mount = try #require(Self.mount("type=cache,target=/x,uid=5,mode=700"))
    guard case .cache(let cache) = mount.kind else { throw CancellationError() }
    #expect(cache.ownership == .init(permissions: 0o700, uid: 5, gid: 0))
    // As in the reference, who wants only a part of one takes it as it is.
    let part = try #require(Self.mount("type=cache,target=/x,uid=5,source=/part"))
    guard case .cache(let other) = part.kind else { throw CancellationError() }
    #expect(other.ownership == nil && other.source == TreePath("part"))
  }

  @Test(
    arguments: [
      ("id=t", "t", "/run/secrets/t", nil), ("id=a/t", "a/t", "/run/secrets/t", nil),
      ("src=t", "t", "/run/secrets/t", nil), ("target=/x/t", "t", "/x/t", nil),
      ("id=t,target=/x/y", "t", "/x/y", nil), ("id=t,target=y", "t", "/y", nil),
      ("id=t,env=TOKEN", "t", nil, "TOKEN"), ("id=t,env=", "t", nil, "t"),
      ("id=t,env=TOKEN,target=/x", "t", "/x", "TOKEN"),
    ] as [(String, String, String?, String?)])
  func secretsAreFilesOrVariables(
    options: String, id: String, target: String?, variable: String?
  ) throws {
    let mount = try #require(Self.mount("type=secret," + options, before: "WORKDIR /w\n"))
    guard case .secret(let secret) = mount.kind else { throw CancellationError() }
    #expect(secret.id == id && secret.variable == variable && !secret.isRequired)
    #expect(mount.target == target.map { TreePath($0) })
    #expect(secret.ownership == .init(permissions: 0o400, uid: 0, gid: 0))
  }

  @Test func secretsOfAnOwner() throws {
    let mount = try #require(
      Self.mount("type=secret,id=t,required,uid=7,gid=8,mode=0440"))
    guard case .secret(let secret) = mount.kind else { throw CancellationError() }
    #expect(secret.isRequired)
    #expect(secret.ownership == .init(permissions: 0o440, uid: 7, gid: 8))
  }

  @Test func filesOfTheContextAreRoots() throws {
    let plan = try #require(
      Planned(
        "FROM a\nRUN --mount=source=a/../b/c,target=/x --mount=source=/d,target=/y x\n"
          + "COPY e /e\nRUN --mount=type=cache,target=/z,source=n x"
      ).plan)
    #expect(plan.contextRoots == ["b/c", "d", "e"].map { TreePath($0) })
    let all = try #require(Planned("FROM a\nRUN --mount=target=/x x").plan)
    #expect(all.contextRoots == [.root])
    #expect(try #require(Planned("FROM a\nRUN --mount=from=b,target=/x x").plan).contextRoots == [])
  }

  @Test(arguments: [
    "type=bind,from=other", "type=cache,from=other", "from=OTHER", "from=0", "ro,from=other",
  ])
  func aStageIsNeeded(options: String) throws {
    let planned = Planned(
      "FROM a AS other\nRUN y\nFROM b AS unused\nRUN z\nFROM c\nRUN --mount=\(options),target=/x x")
    let plan = try #require(planned.plan)
    #expect(planned.bases == ["a:latest", "c:latest"])
    let run = try #require(planned.chain.last)
    let sources = run.dependencies.filter { $0 != run.parent }.map { plan[$0].instruction }
    #expect(sources == ["RUN y"])
    #expect(run.dependencies.allSatisfy { $0.index < run.id.index })
  }

  @Test func anImageIsLookedUp() {
    let planned = Planned(
      "FROM a\nRUN --mount=from=registry.example.org/tools:2,target=/t --mount=from=d,target=/u x")
    #expect(planned.bases == ["a:latest", "registry.example.org/tools:2", "d:latest"])
    #expect(planned.plan != nil)
  }

  /// Memory and secrets come from nowhere: what they name is not needed.
  @Test func onlyWhatIsMountedIsNeeded() {
    let planned = Planned("FROM a AS o\nFROM b\nRUN --mount=type=tmpfs,from=o,target=/x x")
    #expect(planned.bases == ["b:latest"])
  }

  @Test func cachesOfANamespace() throws {
    let request = BuildRequest(cacheNamespace: "n")
    let file = SourceFile(name: "D", text: "FROM a\nRUN --mount=type=cache,target=/x x")
    let mount = try #require(Planned(file, request).runs.last?.mounts.first)
    guard case .cache(let cache) = mount.kind else { throw CancellationError() }
    #expect(cache.id == "n//x")
  }

  @Test func secretsOfAPlanAreKnown() throws {
    let plan = try #require(
      Planned(
        "FROM a AS unused\nRUN --mount=type=secret,id=no x\nFROM a\n"
          + "RUN --mount=type=secret,id=b --mount=type=secret,id=a x\n"
          + "RUN --mount=type=secret,id=b,target=/y y"
      ).plan)
    #expect(plan.secrets == ["a", "b"])
  }

  @Test(arguments: [
    "⟦typ⟧=tmpfs", "⟦tmpcopyup⟧,type=tmpfs,target=/x", "type=⟦memory⟧,target=/x",
    "type=cache,target=/x,sharing=⟦none⟧", "⟦size=5,type=tmpfs,target=/x⟧",
    "⟦required,type=secret,id=x⟧", "type=tmpfs,target=/x,size=⟦big⟧",
    "type=secret,id=x,mode=⟦9⟧", "type=secret,id=x,mode=⟦77777⟧", "type=secret,id=x,uid=⟦root⟧",
    "type=cache,target=/x,gid=⟦-1⟧", "target=/x,ro=⟦maybe⟧", "⟦target=/x,mode=700⟧",
    "⟦type=tmpfs,target=/x,uid=5⟧", "⟦target=/x,sharing=locked⟧", "⟦type=secret⟧",
    "⟦type=secret,id=a,src=b⟧", "⟦type=secret,id=a,from=b⟧", "⟦type=tmpfs,target=/⟧",
    "⟦type=cache⟧", "⟦target=/x/..⟧", "target=⟦${X:?no}⟧",
  ])
  func pointsAtWhatIsWrong(options: String) {
    let wrong = options.hasPrefix("⟦typ⟧") || options.hasPrefix("⟦tmpcopyup")
    let marked = MarkedSource("FROM a\nRUN --mount=\(options) x")
    let planned = Planned(marked.file)
    #expect(planned.plan == nil)
    #expect(planned.errors.first != nil)
    let place = planned.diagnostics.first?.span?.range
    // A field is marked as a whole, its value where that is what is wrong.
    #expect(place?.lowerBound == marked.ranges[0].lowerBound)
    if !wrong, !options.hasPrefix("⟦size"), !options.hasPrefix("⟦required") {
      #expect(place == marked.ranges[0])
    }
  }

  @Test(arguments: [
    ("FROM a AS s\nRUN --mount=⟦from=s,target=/x⟧ x", "circular-stage"),
    ("FROM a AS build\nRUN y\nFROM a\nRUN --mount=from=⟦buidl⟧,target=/x x", "unknown-stage"),
    ("FROM a\nRUN --mount=from=⟦7⟧,target=/x x", "unknown-stage"),
    ("FROM a\nRUN --mount=from=⟦A//b⟧,target=/x x", "invalid-reference"),
  ])
  func refusesSource(text: String, id: String) {
    let marked = MarkedSource(text)
    let planned = Planned(marked.file)
    #expect(planned.errors == [id])
    #expect(planned.diagnostics.first?.span?.range.upperBound ?? 0 <= marked.ranges[0].upperBound)
  }
}

/// Which parts of a mount are part of a step's key.
struct MountKeyTests {
  private static func key(_ run: String, contents: [String] = []) -> Digest {
    var hasher = StepKeyHasher()
    Planned("FROM a AS s\nRUN y\nFROM a\nRUN \(run)").runs.last?
      .describe(to: &hasher, root: nil, platform: .host, contents: contents)
    return hasher.finalize()
  }

  @Test func everythingThatCanMatterDoes() {
    let mounts = [
      "", "target=/x", "target=/y", "target=/x,rw", "target=/x,from=s",
      "target=/x,from=s,source=a", "type=cache,target=/x", "type=cache,target=/x,id=b",
      "type=cache,target=/x,ro", "type=cache,target=/x,uid=1", "type=cache,target=/x,source=a",
      "type=tmpfs,target=/x", "type=tmpfs,target=/x,size=1m", "type=secret,id=a",
      "type=secret,id=b", "type=secret,id=a,target=/x", "type=secret,id=a,mode=777",
      "type=secret,id=a,uid=1", "type=secret,id=a,gid=1", "type=secret,id=a,required",
      "type=secret,id=a,env=A", "type=ssh", "type=ssh,id=b",
    ]
    let keys = mounts.map { Self.key($0.isEmpty ? "x" : "--mount=\($0) x") }
    #expect(Set(keys).count == mounts.count)
    #expect(Self.key("--mount=target=/x x", contents: ["1"]) != Self.key("--mount=target=/x x"))
    let order = ["--mount=type=ssh --mount=target=/x x", "--mount=target=/x --mount=type=ssh x"]
    #expect(Self.key(order[0]) != Self.key(order[1]))
  }

  @Test(arguments: [
    ("type=cache,target=/x,sharing=locked", "type=cache,target=/x,sharing=private"),
    ("target=/x,source=a", "target=/x,source=b"), ("target=/x,ro", "target=/x"),
    ("type=secret,id=t", "type=secret,target=/run/secrets/t"),
  ])
  func whatCannotMatterDoesNot(one: String, other: String) {
    #expect(Self.key("--mount=\(one) x") == Self.key("--mount=\(other) x"))
  }

  /// What a command does to a cache leaves no trace in the root.
  @Test func theSameTwiceIsNotTheSame() throws {
    let line = "RUN --mount=type=cache,target=/c x\n"
    let plan = try #require(
      Planned("FROM a\n\(line)RUN y\nRUN y\n\(line)RUN --mount=type=cache,target=/d x\n\(line)")
        .plan)
    let counts = plan.chain(to: plan.result).map { plan.repetition(of: plan[$0]) }
    #expect(counts == [0, 0, 0, 0, 1, 0, 2])
  }

  /// What was built before there were mounts is not built again.
  @Test func withoutMountsNothingIsNew() throws {
    let run = try #require(Planned("FROM a\nENV A=1\nRUN x").runs.last)
    var listing = StepKeyListing()
    run.describe(to: &listing, root: nil, platform: .host)
    #expect(listing.parts.last?.first == "platform")
    var hasher = StepKeyHasher()
    let run2 = try #require(
      Planned("FROM scratch\nRUN x", platform: Platform(os: "linux", architecture: "amd64")).runs
        .last)
    run2.describe(
      to: &hasher, root: nil, platform: Platform(os: "linux", architecture: "amd64"))
    #expect(hasher.finalize().short == "4ae62d11fefd")
  }
}
