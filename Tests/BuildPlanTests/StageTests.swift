import Diagnostics
import DockerfileSyntax
import OCI
import Testing

@testable import BuildPlan

struct StageTests {
  private static func texts(_ planned: Planned) -> [String] {
    planned.plan?.steps.map(\.instruction) ?? []
  }

  @Test func onlyWhatIsNeededIsPlanned() {
    let planned = Planned(
      "FROM a AS one\nRUN 1\nFROM b AS two\nRUN 2\nFROM one AS three\nRUN 3\nFROM c\nRUN 4",
      target: "three")
    #expect(Self.texts(planned) == ["FROM a:latest", "RUN 1", "RUN 3"])
    #expect(planned.bases == ["a:latest"])
    #expect(planned.plan?.target == "three")
  }

  @Test func aCopyNeedsItsSource() throws {
    let planned = Planned(
      "FROM a AS one\nRUN 1\nRUN 2\nFROM b\nCOPY --from=one /x /y\nCOPY --from=0 /x /y")
    #expect(planned.bases == ["a:latest", "b:latest"])
    let plan = try #require(planned.plan)
    for copy in planned.copies {
      guard case .root(let id) = copy.source else { throw CancellationError() }
      #expect(plan[id].instruction == "RUN 2")
    }
    #expect(planned.chain.last?.dependencies.count == 2)
    #expect(plan.contextRoots == [])
  }

  @Test func sharedStagesArePlannedOnce() {
    let planned = Planned(
      "FROM a AS base\nRUN 0\nFROM base AS one\nRUN 1\nFROM base\nCOPY --from=one / /\n"
        + "COPY --from=a /x /\nCOPY --from=a:latest /z /")
    #expect(Self.texts(planned).filter { $0 == "RUN 0" }.count == 1)
    #expect(planned.bases == ["a:latest"])
  }

  /// A step comes after what it needs.
  @Test func stepsAreInOrder() throws {
    let plan = try #require(
      Planned("FROM a AS x\nRUN 1\nFROM x AS y\nRUN 2\nFROM x\nCOPY --from=y / /\nRUN 3").plan)
    for (index, step) in plan.steps.enumerated() {
      #expect(step.id.index == index)
      #expect(step.dependencies.allSatisfy { $0.index < index })
    }
  }

  @Test(arguments: [
    // A name, in any case; the newest of that name before the line; a number; an image.
    ("FROM a AS Base\nRUN 1\nFROM b\nCOPY --from=bAsE / /", "RUN 1"),
    ("FROM a AS x\nRUN 1\nFROM a AS x\nRUN 2\nFROM b\nCOPY --from=x / /", "RUN 2"),
    ("FROM a\nRUN 1\nFROM c\nRUN 2\nFROM b\nCOPY --from=1 / /", "RUN 2"),
    (
      "FROM a AS x\nRUN 1\nFROM b\nCOPY --from=x / /\nFROM c AS x\nRUN 9\nFROM b\nCOPY --from=0 / /",
      "RUN 1"
    ),
    ("FROM b\nCOPY --from=r.io/img:1 / /", "FROM r.io/img:1"),
    ("FROM b\nCOPY --from=scratch / /", "FROM scratch"),
  ])
  func copyFindsItsSource(text: String, expected: String) throws {
    let planned = Planned(text)
    guard case .root(let id)? = planned.copies.last?.source else { throw CancellationError() }
    #expect(planned.plan?[id].instruction == expected)
  }

  @Test func aStageHidesAnImageOfTheSameName() {
    #expect(Planned("FROM a AS python\nFROM python").bases == ["a:latest"])
    #expect(Planned("FROM python AS python").bases == ["python:latest"])
    #expect(Planned("FROM 0").bases == ["0:latest"])
  }

  @Test(arguments: ["name", "NAME", "Name"])
  func theTargetIsFoundInAnyCase(target: String) {
    #expect(Self.texts(Planned("FROM a AS name\nRUN 1\nFROM b", target: target)).last == "RUN 1")
  }

  @Test(arguments: [
    ("FROM a AS builder\nFROM b\nCOPY --from=⟦buidler⟧ / /", "unknown-stage", "builder"),
    ("FROM a\nFROM b\nCOPY --from=⟦2⟧ / /", "unknown-stage", nil),
    ("FROM a\nCOPY --from=⟦0⟧ / /", "unknown-stage", nil),
    ("FROM a AS me\nCOPY --from=⟦me⟧ / /", "circular-stage", nil),
    ("FROM ⟦a:b:c⟧", "invalid-reference", nil),
    ("FROM ⟦Upper⟧", "invalid-reference", nil),
    ("FROM ⟦$NONE⟧", "empty-base", nil),
    ("FROM --platform=⟦a/b/c/d⟧ x", "invalid-platform", nil),
    ("FROM x\nCOPY --from=⟦A:⟧ / /", "invalid-reference", nil),
  ])
  func saysWhatIsWrongWithAName(text: String, id: String, replacement: String?) throws {
    let marked = MarkedSource(text)
    let planned = Planned(marked.file)
    #expect(planned.diagnostics.map(\.id) == [id])
    #expect(planned.diagnostics.first?.span?.range == marked.ranges.first)
    #expect(planned.diagnostics.first?.replacement == replacement)
  }

  @Test(arguments: [("biuld", "did you mean 'build'?"), ("1", nil), ("zzz", nil)])
  func saysWhichTargetsThereAre(target: String, message: String?) throws {
    let found = Planned("FROM a AS build\nFROM b AS test", target: target).diagnostics
    #expect(found.map(\.id) == ["unknown-stage"])
    if let message { #expect(found[0].message.contains(message)) }
    #expect(found[0].help?.contains("build, test") == true)
  }

  /// What nobody needs may be as wrong as it likes.
  @Test func unreachableStagesAreNotLookedAt() {
    let planned = Planned(
      "FROM a:b:c AS wrong\nONBUILD RUN x\nCOPY --from=nobody/x:y:z / /\nFROM a\nRUN 1")
    #expect(planned.errors == [])
    #expect(Self.texts(planned) == ["FROM a:latest", "RUN 1"])
  }

  @Test func aStageOnAStageGoesOnWhereThatEnded() {
    let planned = Planned(
      "FROM a AS one\nWORKDIR /w\nUSER u\nENV E=1\nLABEL l=1\nSHELL [\"/s\"]\nCMD c\nFROM one\nRUN x"
    )
    #expect(planned.runs.last?.workingDirectory == "/w")
    #expect(planned.runs.last?.user == "u")
    #expect(planned.runs.last?.arguments == ["/s", "x"])
    #expect(planned.execution.labels == ["l": "1"])
    #expect(planned.execution.command == ["/s", "c"])
    #expect(planned.environment == ["E=1"])
  }

  @Test func platformsReachTheBases() throws {
    let arm = Platform(os: "linux", architecture: "arm64")
    let planned = Planned(
      "FROM --platform=$BUILDPLATFORM a AS build\nFROM b\nCOPY --from=build / /", platform: arm)
    let keys = try #require(planned.plan?.bases.map(\.key))
    #expect(keys.map(\.platform) == [Platform.host, arm])
    #expect(planned.plan?.platform == arm)
    let overridden = Planned(
      "FROM --platform=$TARGETPLATFORM a", arguments: ["TARGETPLATFORM": "linux/riscv64"])
    #expect(overridden.plan?.bases.first?.key.platform.architecture == "riscv64")
  }

  @Test func scratchHasNoBase() {
    let planned = Planned("FROM scratch\nCOPY a /")
    #expect(planned.bases == [])
    #expect(planned.execution.environment == ["PATH=" + StageState.defaultPath])
    #expect(planned.execution.workingDirectory == "/")
    #expect(planned.plan?.baseHistory == [])
  }

  @Test func aBaseThatIsNotThereIsSaid() throws {
    let marked = MarkedSource("FROM ⟦nowhere⟧")
    let planner = try Planner(Dockerfile.parse(marked.file).0, BuildRequest())
    let list = #expect(throws: DiagnosticList.self) { try planner.plan(with: [:]) }
    #expect(list?.diagnostics.map(\.id) == ["missing-base"])
    #expect(list?.diagnostics.first?.span?.range == marked.ranges[0])
  }
}
