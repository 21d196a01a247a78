import FileSystem
import Foundation
import Testing

/// A mistake, and what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let code: Int32
  let identifier: String
  /// The file that is wrong; `‸` stands before the place.
  let file: String
  let text: String
  var arguments = ["build"]
  /// Whether the message says what to do: a help line, or what to write instead.
  var advice = "help: "

  var source: String { text.replacingOccurrences(of: "‸", with: "") }

  /// `FILE:LINE:COLUMN: ` of the mark.
  var place: String {
    guard let mark = text.range(of: "‸") else { return "" }
    let lines = text[..<mark.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    return "\(file):\(lines.count):\((lines.last?.count ?? 0) + 1): "
  }

  static let all = [
    Mistake(
      testDescription: "a missing file in COPY", code: 1, identifier: "source-not-found",
      file: "Dockerfile", text: "FROM base:1\nCOPY train.py ‸missing.py /app/\n"),
    Mistake(
      testDescription: "a missing file in a stage", code: 1, identifier: "source-not-found",
      file: "Dockerfile",
      text: "FROM base:1 AS one\nFROM base:1\nCOPY --from=one ‸/nothing /app/\n"),
    Mistake(
      testDescription: "an unknown instruction", code: 2, identifier: "unknown-instruction",
      file: "Dockerfile", text: "FROM base:1\n‸COPPY . .\n", advice: "COPY"),
    Mistake(
      testDescription: "an unknown flag", code: 2, identifier: "unknown-flag",
      file: "Dockerfile", text: "FROM base:1\nCOPY ‸--chwon=1:1 . .\n", advice: "--chown"),
    Mistake(
      testDescription: "an instruction for later", code: 2, identifier: "unsupported-instruction",
      file: "Dockerfile", text: "FROM base:1\n‸ONBUILD RUN true\n"),
    Mistake(
      testDescription: "an unknown stage", code: 2, identifier: "unknown-stage",
      file: "Dockerfile", text: "FROM base:1\nCOPY --from=‸7 /a /b\n"),
    Mistake(
      testDescription: "an unknown target", code: 2, identifier: "unknown-stage",
      file: "Dockerfile", text: "FROM base:1 AS one\n", arguments: ["build", "--target", "two"]),
    Mistake(
      testDescription: "broken TOML", code: 2, identifier: "toml-syntax",
      file: ".runctl.toml", text: "[docker‸\n", advice: ""),
    Mistake(
      testDescription: "an unknown key", code: 2, identifier: "unknown-key",
      file: ".runctl.toml", text: "[images.train]\n‸dockerfil = \"Dockerfile\"\n",
      advice: "dockerfile"),
    Mistake(
      testDescription: "a value of another type", code: 2, identifier: "wrong-type",
      file: ".runctl.toml", text: "[images.train.run]\noutputs = ‸\"outputs\"\n",
      advice: "[\"outputs\"]"),
    Mistake(
      testDescription: "a failing RUN", code: 1, identifier: "command-failed",
      file: "Dockerfile",
      text: "FROM base:1\nRUN true\n‸RUN echo before it fails && exit 42\n"),
    Mistake(
      testDescription: "an unknown user", code: 1, identifier: "unknown-user",
      file: "Dockerfile", text: "FROM base:1\nUSER nobody\n‸RUN true\n"),
    Mistake(
      testDescription: "a base that no registry has", code: 7,
      identifier: "registry-unreachable", file: "Dockerfile",
      text: "FROM ‸127.0.0.1:1/nothing:1\n"),
    Mistake(
      testDescription: "a refused push", code: 7, identifier: "registry-unreachable",
      file: "", text: "",
      arguments: ["push", "-t", "127.0.0.1:1/train:1"]),
    Mistake(
      testDescription: "a push to nowhere", code: 2, identifier: "no-push-destination",
      file: "Dockerfile", text: "FROM base:1\n", arguments: ["push"]),
    Mistake(
      testDescription: "an image that is not the project's", code: 2,
      identifier: "unknown-image", file: "Dockerfile", text: "FROM base:1\n",
      arguments: ["build", "elsewhere"]),
  ]
}

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct ErrorTests {
  @Test(arguments: Mistake.all)
  func aMistakeIsOneErrorAndLeavesNothingBehind(mistake: Mistake) throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    if !mistake.file.isEmpty { try bench.write(mistake.file, mistake.source) }

    let result = try bench.start(mistake.arguments).wait()
    #expect(result.code == mistake.code, "\(result)")
    let errors = result.errors.split(separator: "\n").filter { $0.contains("error: ") }
    #expect(errors.count == 1, "\(result)")
    let error = try #require(errors.first)
    #expect(error.hasPrefix(mistake.place + "error: "), "\(result)")
    #expect(error.hasSuffix("[\(mistake.identifier)]"), "\(result)")
    #expect(mistake.advice.isEmpty || result.errors.contains(mistake.advice), "\(result)")
    try expectClean(bench)

    if mistake.file == ".runctl.toml" { try bench.remove(mistake.file) }
    try bench.write("Dockerfile", ExampleProject.dockerfile)
    let built = try bench.does("build")
    #expect(try bench.digest(built) == bench.cleanDigest([], bases: [(Workbench.base, [:])]))
    #expect(try bench.does("build").output.contains("up to date"))
    try expectClean(bench)
  }

  @Test func whatAFailingCommandSaidIsShown() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("Dockerfile", "FROM base:1\nRUN echo one reason >&2; exit 42\n")
    let result = try bench.runctl("build")
    #expect(result.errors.contains("one reason"))
    #expect(result.errors.contains("exit code 42"))
  }

  @Test func aSecretIsNotShown() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(
      ".runctl.toml",
      "[docker]\ndockerhub_username = \"me\"\ndockerhub_password = \"opensesame\"\n[images.a]\nx = 1\n"
    )
    let broken = try bench.runctl("build")
    #expect(broken.code == 2)
    #expect((broken.output + broken.errors).contains("opensesame") == false)
  }

  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func aBaseThatTheRegistryDoesNotHaveIsNamed() throws {
    let bench = try Workbench()
    let registry = try RegistryServer(in: bench)
    try bench.write("Dockerfile", "FROM \(registry.host)/team/nothing:1\n")
    let result = try bench.runctl("build")
    #expect(result.code == 7, "\(result)")
    #expect(result.errors.contains("Dockerfile:1:6: error: "))
    #expect(result.errors.contains("\(registry.host)/team/nothing:1"))
    #expect(result.errors.contains("help: "))
    try expectClean(bench)
  }
}

/// Neither mounts nor unfinished work.
func expectClean(
  _ bench: Workbench, location: SourceLocation = #_sourceLocation
) throws {
  let mounts = String(decoding: try FileTree.read("/proc/self/mounts"), as: UTF8.self)
  #expect(mounts.contains(bench.folder) == false, sourceLocation: location)
  let temporary = "\(bench.home)/tmp"
  let left =
    FileTree.exists(temporary)
    ? try FileManager.default.contentsOfDirectory(atPath: temporary) : []
  #expect(left == [], sourceLocation: location)
}
