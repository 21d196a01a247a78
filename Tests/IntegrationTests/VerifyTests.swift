import FileSystem
import Foundation
import Testing

/// What `runctl verify` says of images that come out the same, and of others.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct VerifyTests {
  // MARK: Images that cannot be made again

  @Test(arguments: SeededCause.all)
  func namesThe(seeded: SeededCause) throws {
    let bench = try Workbench()
    try bench.write("Dockerfile", seeded.dockerfile)
    for number in 1...20 { try bench.write("src/\(number)", "\(number)\n") }
    try bench.importBase()
    let (code, image) = try bench.verify()
    #expect(code == 4)
    let finding = try #require(image.findings.first)
    #expect(image.findings.count == 1 && !image.isReproducible, "\(image)")
    #expect(finding.place?.file == "Dockerfile" && finding.place?.line == seeded.line)
    #expect(finding.cause == seeded.cause)
    #expect(Set(finding.files.map(\.path)) == seeded.paths)
    if let evidence = seeded.evidence {
      #expect(finding.evidence?.contains(evidence) == true, "\(finding)")
    }
    #expect(image.echoes == [] && image.configuration == [], "\(image)")
  }

  @Test func namesCheckoutsUnderOtherUmasks() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write("Dockerfile", "FROM base:1\nRUN true\nCOPY src/ /src/\n")
    for configuration in ["", "[images.project]\nnormalize_modes = true\n"] {
      try bench.write(".runctl.toml", configuration)
      try bench.checkOut(permissions: 0o644)
      try bench.does("build", "-t", "other:1")
      try bench.checkOut(permissions: 0o664)
      let (code, image) = try bench.verify("--against", "other:1")
      #expect(image.isReproducible == !configuration.isEmpty)
      guard configuration.isEmpty else {
        #expect(code == 0 && image.findings == [], "\(image)")
        continue
      }
      #expect(code == 4 && image.findings.map(\.cause) == ["checkout-modes"], "\(image)")
      let finding = try #require(image.findings.first)
      #expect(finding.place?.line == 3)
      #expect(finding.files.map(\.path) == ["/src/a", "/src/b"])
      #expect(finding.files[0].changes.map(\.property) == ["permissions"], "\(finding)")
    }
  }

  /// What only hands on a difference, or goes on from it, is not to blame.
  @Test func blamesNobodyForWhatAnotherMade() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write(
      "Dockerfile",
      """
      FROM base:1 AS builder
      RUN date +%s > /stamp
      RUN cp /stamp /copy && echo same > /same
      FROM base:1
      RUN echo other > /other
      COPY --from=builder /same /copy /
      RUN cat /copy /copy > /twice
      RUN test -e /twice

      """)
    let (code, image) = try bench.verify()
    #expect(code == 4)
    #expect(image.findings.map(\.place?.line) == [2], "\(image)")
    #expect(image.findings.map(\.cause) == ["time-stamp"])
    #expect(image.echoes.map(\.place.line) == [3, 6, 7], "\(image)")
    #expect(image.echoes.first?.follows == "[builder 2/3]", "\(image)")
    let text = try bench.runctl("verify")
    #expect(text.code == 4)
    #expect(text.output.contains("Dockerfile:2: [builder 2/3] RUN date +%s > /stamp"), "\(text)")
    #expect(text.output.contains("Dockerfile:3: [builder 3/3]"), "\(text)")
    #expect(text.output.contains("follows from [builder 2/3]"), "\(text)")
  }

  // MARK: Images that can

  @Test func changesNothingAndAsksNobody() throws {
    let secret = "hunter2-hunter2"
    let bench = try Workbench()
    try bench.importBase()
    bench.environment["RUNCTL_REGISTRY_MIRROR_DOCKER_IO"] = "http://127.0.0.1:9"
    try bench.write("token", secret + "\n", permissions: 0o600)
    try bench.write(".dockerignore", "token\n.runctl*\n")
    try bench.write(["src/a": "1\n", "src/deep/b": "2\n", "requirements.txt": "foo\n"])
    try bench.write(
      "Dockerfile",
      """
      FROM base:1 AS builder
      RUN --mount=type=bind,source=src,target=/in --mount=type=cache,target=/c \\
          cp -r /in /out && echo 1 > /c/seen && ls -1 /in | sort > /out/list
      RUN --mount=type=secret,id=t cat /run/secrets/t && mkdir /d && chmod 750 /d && ln -s /d /l
      FROM base:1
      COPY . /app
      COPY --from=builder /out /out
      RUN mkdir -p /x/y && mv /app/src /x/y/src && rm -r /app && ln /x/y/src/a /x/hard
      RUN rm -r /x/y/src/deep && chmod 600 /x/hard && touch /x/now
      ENTRYPOINT ["/bin/true"]

      """)
    let options = ["--secret", "id=t,src=token"]
    let built = try bench.digest(try bench.start(["build"] + options).wait())
    let before = try Kept(bench)
    let result = try bench.start(["verify"] + options).wait()
    #expect(result.code == 0, "\(result)")
    #expect(result.output.contains("project: reproducible \(built) (2 builds, "), "\(result)")
    let inJSON = try bench.start(["verify", "--json"] + options).wait()
    let image = try VerifiedImage.only(in: inJSON)
    #expect(inJSON.code == 0 && image.isReproducible && image.findings == [], "\(image)")
    #expect(image.first == image.second && image.first.hasPrefix("sha256:\(built)"))
    #expect(try Kept(bench) == before)
    #expect(!(result.description + inJSON.description).contains(secret))
    #expect(result.errors.contains("<secret>"), "\(result)")
    try StoreCheck(bench, state: "\(bench.project)/.runctl").expectNothingLeft()
  }

  // MARK: Against a registry

  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func comparesWithWhatARegistryHas() throws {
    let bench = try Workbench()
    try bench.importBase()
    let registry = try RegistryServer(in: bench)
    let name = "\(registry.host)/team/project:1"
    let dockerfile = "FROM base:1\nRUN echo 1 > /file\nLABEL version="
    try bench.write("Dockerfile", dockerfile + "1\n")
    try bench.does("push", "-t", name)
    let (code, same) = try bench.verify("--against", name)
    #expect(code == 0 && same.isReproducible && same.builds == 1, "\(same)")
    #expect(same.against == name && same.differsInCompressionOnly == false)

    try bench.write("Dockerfile", dockerfile + "2\n")
    let (other, labelled) = try bench.verify("--against", name)
    #expect(other == 4 && labelled.findings == [], "\(labelled)")
    #expect(labelled.configuration.map(\.property) == ["label version", "history[2]"])
    #expect(labelled.configuration.map(\.first) == ["2", "LABEL version=2"])
    #expect(labelled.configuration.map(\.second) == ["1", "LABEL version=1"])

    let missing = try bench.runctl("verify", "--against", "\(registry.host)/team/none:1")
    #expect(missing.code != 0 && missing.code != 4, "\(missing)")
  }

  // MARK: Verifications that do not end

  /// Where it is ended, by the host name of either build.
  @Test(arguments: ["buildkitsandbox", "elsewhere"])
  func cleansUpWhenInterrupted(host: String) throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write(
      "Dockerfile",
      """
      FROM base:1
      RUN echo "it started on $(hostname)"; test $(hostname) != \(host) || sleep 3600

      """)
    let verify = try bench.start(["verify"])
    let hasStarted = eventually { verify.errorsSoFar.contains("it started on \(host)\n") }
    verify.kill(SIGINT)
    let result = try verify.wait()
    #expect(hasStarted && result.code == 130, "\(result)")
    #expect(result.output.isEmpty && !result.errors.contains("error: "), "\(result)")
    try StoreCheck(bench).expectNothingLeft()
  }

  @Test(arguments: ["RUN echo said && false", "COPY nothing /", "RUNN true"])
  func failsAsTheBuildDoes(instruction: String) throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write("Dockerfile", "FROM base:1\nRUN true\n\(instruction)\n")
    let build = try bench.runctl("build")
    let verify = try bench.runctl("verify")
    #expect(verify.code == build.code && build.code != 0, "\(verify)")
    let message = try #require(build.errors.split(separator: "\n").first { $0.contains("error: ") })
    #expect(verify.errors.contains(message), "\(build)\n\(verify)")
    #expect(verify.output.isEmpty, "\(verify)")
    try StoreCheck(bench).expectNothingLeft()
  }
}

/// What a verification must leave as it is.
private struct Kept: Equatable {
  let state: [UInt8]
  let names: [UInt8]
  let contents: [String: [String]]

  init(_ bench: Workbench) throws {
    state = try FileTree.read("\(bench.project)/.runctl/state.db")
    names = try FileTree.read("\(bench.home)/index.json")
    contents = Dictionary(
      uniqueKeysWithValues: try ["blobs/sha256", "snapshots", "tmp"].map { folder in
        (
          folder,
          try FileManager.default.contentsOfDirectory(atPath: "\(bench.home)/\(folder)").sorted()
        )
      })
  }
}

extension Workbench {
  fileprivate func checkOut(permissions: UInt32) throws {
    for file in ["a", "b"] { try write("src/\(file)", "\(file)\n", permissions: permissions) }
  }
}
