import Diagnostics
import OCI
import Testing

@testable import BuildPlan

/// How a container of the image is started.
struct ExecutionTests {
  private static let full: ImageConfig.Execution = {
    var full = ImageConfig.Execution()
    full.entrypoint = ["/base"]
    full.command = ["base"]
    full.environment = ["FROM_BASE=yes", "PATH=/base"]
    full.user = "daemon"
    full.workingDirectory = "/base"
    full.labels = ["base": "1"]
    full.exposedPorts = ["1/tcp": .init()]
    full.volumes = ["/base": .init()]
    full.stopSignal = "SIGINT"
    full.healthcheck = .init(test: ["CMD", "base"])
    full.shell = ["/base/sh"]
    return full
  }()

  private static func execution(_ instructions: String) -> ImageConfig.Execution {
    Planned("FROM full\n" + instructions, bases: ["full:latest": full]).execution
  }

  @Test func isTheBasesWhenNothingIsSaid() {
    #expect(Self.execution("") == Self.full)
    #expect(Self.execution("RUN x\nCOPY a /") == Self.full)
  }

  @Test(
    arguments: [
      // An ENTRYPOINT drops the CMD of the base, and keeps one of its own stage.
      ("ENTRYPOINT [\"/e\"]", ["/e"], nil), ("CMD [\"c\"]", ["/base"], ["c"]),
      ("ENTRYPOINT [\"/e\"]\nCMD [\"c\"]", ["/e"], ["c"]),
      ("CMD [\"c\"]\nENTRYPOINT [\"/e\"]", ["/e"], ["c"]),
      ("ENTRYPOINT []", [], nil), ("CMD []", ["/base"], []),
      ("ENTRYPOINT e $X", ["/base/sh", "e $X"], nil),
      ("SHELL [\"/s\", \"-c\"]\nCMD a b", ["/base"], ["/s", "-c", "a b"]),
      ("CMD a\nCMD b", ["/base"], ["/base/sh", "b"]),
    ] as [(String, [String], [String]?)])
  func startsWith(text: String, entrypoint: [String], command: [String]?) {
    let execution = Self.execution(text)
    #expect(execution.entrypoint == entrypoint)
    #expect(execution.command == command)
  }

  /// The CMD of a stage is, to a stage on it, the CMD of a base.
  @Test func aStageBelowIsABase() {
    let planned = Planned("FROM a AS one\nCMD [\"c\"]\nFROM one\nENTRYPOINT [\"/e\"]")
    #expect(planned.execution.command == nil)
  }

  @Test func environmentKeepsItsOrder() {
    let environment = Self.execution("ENV A=1\nENV FROM_BASE=no B=2\nENV A 3").environment
    #expect(environment == ["FROM_BASE=no", "PATH=/base", "A=3", "B=2"])
  }

  @Test func labelsAreMergedTheRequestsLast() {
    let planned = Planned(
      "FROM full\nLABEL a=1 b=\"x y\"\nLABEL a=2 $A=3", labels: ["b": "request"],
      bases: ["full:latest": Self.full])
    #expect(planned.execution.labels?["a"] == "2")
    #expect(planned.execution.labels?["b"] == "request")
    #expect(planned.execution.labels?["base"] == "1")
  }

  @Test(arguments: [
    ("80", ["80/tcp"]), ("80/udp 53/UDP", ["80/udp", "53/udp"]),
    ("8000-8002", ["8000/tcp", "8001/tcp", "8002/tcp"]),
    ("8000-8001/udp", ["8000/udp", "8001/udp"]), ("$P", ["7/tcp"]),
    ("$PORTS", ["3000/tcp", "4000/udp"]),
    ("80 80/tcp", ["80/tcp"]), ("65535", ["65535/tcp"]), ("9/sctp", ["9/sctp"]),
  ])
  func exposes(text: String, ports: [String]) {
    let planned = Planned("FROM a\nENV P=7 PORTS=\"3000 4000/udp\"\nEXPOSE \(text)")
    #expect(Set((planned.execution.exposedPorts ?? [:]).keys) == Set(ports))
    #expect(planned.errors == [])
  }

  @Test(arguments: ["x", "80/", "80/xyz", "-1", "65536", "90-80", "1-2-3", "80-", "+80", "8 0x1"])
  func refusesPort(text: String) {
    #expect(Planned("FROM a\nEXPOSE \(text)").errors == ["invalid-port"])
  }

  @Test(arguments: [
    ("SIGTERM", true), ("TERM", true), ("sigusr1", true), ("9", true), ("64", true), ("0", false),
    ("65", false), ("-1", false), ("SIGNOPE", false), ("RTMIN+3", true), ("SIGRTMAX-14", true),
    ("RTMIN+16", false), ("RTMAX-0", false), ("SIG", false), ("9x", false),
  ])
  func knowsSignals(text: String, isKnown: Bool) {
    let planned = Planned("FROM a\nSTOPSIGNAL \(text)")
    #expect(planned.execution.stopSignal == (isKnown ? text : nil))
    #expect(planned.errors == (isKnown ? [] : ["invalid-signal"]))
  }

  @Test(arguments: [
    ("/data /more", ["/base", "/data", "/more"]), ("[\"/a b\", \"/c\"]", ["/base", "/a b", "/c"]),
    ("$V/x", ["/base", "/v/x"]),
  ])
  func addsVolumes(text: String, expected: [String]) {
    let volumes = Self.execution("ENV V=/v\nVOLUME \(text)").volumes ?? [:]
    #expect(Set(volumes.keys) == Set(expected))
  }

  @Test func anEmptyVolumeIsAnError() {
    #expect(Planned("FROM a\nENV E=\"\"\nVOLUME $E").errors == ["empty-volume"])
  }

  @Test func healthchecks() {
    let check = Self.execution(
      "HEALTHCHECK --interval=5s --timeout=1m30s --start-period=1h --start-interval=10ms "
        + "--retries=3 CMD curl $X"
    ).healthcheck
    var expected = ImageConfig.Healthcheck(test: ["CMD-SHELL", "curl $X"])
    expected.interval = 5_000_000_000
    expected.timeout = 90_000_000_000
    expected.startPeriod = 3_600_000_000_000
    expected.startInterval = 10_000_000
    expected.retries = 3
    #expect(check == expected)
    #expect(Self.execution("HEALTHCHECK NONE").healthcheck == .init(test: ["NONE"]))
    #expect(Self.execution("HEALTHCHECK CMD [\"a\"]").healthcheck == .init(test: ["CMD", "a"]))
  }

  @Test func userAndAuthor() {
    let planned = Planned("FROM a\nARG U=me\nUSER $U:g\nMAINTAINER somebody <x@y>\nRUN x")
    #expect(planned.execution.user == "me:g")
    #expect(planned.runs.last?.user == "me:g")
    #expect(planned.plan?.author == "somebody <x@y>")
  }

  @Test func historyHasALineForEachInstruction() throws {
    let plan = try #require(
      Planned(
        "FROM a\nENV A=1 B=$A\nLABEL l=1\nUSER u\nEXPOSE 80\nWORKDIR /w\nCOPY a b /x/\nRUN --network=none r\n"
          + "SHELL [\"/s\"]\nSTOPSIGNAL 9\nCMD [\"c\"]\nENTRYPOINT e\nVOLUME /v"
      ).plan)
    let lines = plan.history.map { ($0.step == nil ? "" : "+ ") + $0.instruction }
    #expect(
      lines == [
        "ENV A=1 B=", "LABEL l=1", "USER u", "EXPOSE 80", "+ WORKDIR /w", "+ COPY a b /x/",
        "+ RUN /bin/sh -c r", "SHELL [\"/s\"]", "STOPSIGNAL 9", "CMD [\"c\"]",
        "ENTRYPOINT [\"/s\",\"e\"]", "VOLUME [\"/v\"]",
      ])
  }
}
