import BuildPlan
import Diagnostics
import DockerfileSyntax
import FileSystem
import Glibc
import OCI
import Storage
import Testing

@testable import BuildEngine

struct ImageAssemblyTests {
  private static let text = """
    FROM base
    ENV A=1
    RUN one
    WORKDIR /w
    COPY a /
    CMD ["c"]
    """

  /// - Parameter history: Of the base, `true` for an entry without a layer.
  private static func plan(history: [Bool]) throws -> BuildPlan {
    let source = SourceFile(name: "Dockerfile", text: text)
    let planner = try Planner(
      Dockerfile.parse(source).0,
      BuildRequest(platform: Platform(os: "linux", architecture: "arm64")))
    var config = ImageConfig(platform: Platform(os: "linux", architecture: "arm64"))
    config.author = "me"
    config.history = history.enumerated().map {
      ImageConfig.History(created: nil, createdBy: "base \($0)", comment: nil, emptyLayer: $1)
    }
    let manifest = Descriptor(mediaType: .imageManifest, digest: SHA256.digest(of: "b"), size: 1)
    let base = ResolvedBase(manifest: manifest, config: config)
    return try planner.plan(
      with: Dictionary(uniqueKeysWithValues: planner.bases.map { ($0.key, base) }))
  }

  private static func layers(_ names: [String], _ type: MediaType = .layerGzip) -> [StoredLayer] {
    names.map {
      StoredLayer(
        diffID: SHA256.digest(of: "diff " + $0),
        descriptor: Descriptor(mediaType: type, digest: SHA256.digest(of: $0), size: 9), isOwn: true
      )
    }
  }

  /// What is written: the manifest, the configuration, and the history as words.
  private static func assemble(
    _ plan: BuildPlan, _ layers: [StoredLayer], perStep: [String: Int]
  ) throws -> (manifest: ImageManifest, config: ImageConfig, history: [String]) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/runctl-assembly-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FileError("make a directory in", parent) }
    let directory = String(cString: made)
    defer { try? FileTree.remove(directory) }
    let blobs = BlobDirectory(directory: directory, temporary: directory)
    let assembly = ImageAssembly(plan: plan, created: "1980-01-01T00:00:00Z")
    let descriptor = try assembly.assemble(
      root: RootState(layers: layers), layersOfStep: { perStep[plan[$0].instruction] ?? 0 },
      into: blobs)
    #expect(descriptor.platform == plan.platform)
    let bytes = try blobs.read(descriptor.digest)
    #expect(descriptor.size == Int64(bytes.count))
    let manifest = try CanonicalJSON.decode(ImageManifest.self, from: bytes)
    let config = try CanonicalJSON.decode(
      ImageConfig.self, from: blobs.read(manifest.config.digest))
    let history = (config.history ?? []).map {
      ($0.emptyLayer == true ? "- " : "+ ") + ($0.createdBy ?? "")
    }
    #expect(config.history?.count { $0.emptyLayer != true } == layers.count)
    return (manifest, config, history)
  }

  @Test func describesWhatWasBuilt() throws {
    let plan = try Self.plan(history: [false, true])
    let layers = Self.layers(["base", "run", "copy"])
    let made = try Self.assemble(plan, layers, perStep: ["RUN one": 1, "COPY a /": 1])
    #expect(
      made.history == [
        "+ base 0", "- base 1", "- ENV A=1", "+ RUN /bin/sh -c one", "- WORKDIR /w", "+ COPY a /",
        "- CMD [\"c\"]",
      ])
    #expect(made.config.rootFS.diffIDs == layers.map(\.diffID))
    #expect(made.config.architecture == "arm64" && made.config.author == "me")
    #expect(made.config.created == "1980-01-01T00:00:00Z")
    #expect(made.config.config?.workingDirectory == "/w")
    #expect(made.manifest.layers == layers.map(\.descriptor))
    #expect(made.manifest.config.mediaType == .imageConfig)
  }

  @Test func aStepOfSeveralLayersHasAnEntryForEach() throws {
    let plan = try Self.plan(history: [])
    let made = try Self.assemble(plan, Self.layers(["1", "2", "3"]), perStep: ["COPY a /": 3])
    #expect(made.history.count { $0 == "+ COPY a /" } == 3)
    #expect(made.history.contains("- RUN /bin/sh -c one"))
  }

  /// Some images say nothing of their layers, or too much.
  @Test(arguments: [[], [false], [false, false, false], [true]])
  func aHistoryThatDoesNotFitIsReplaced(history: [Bool]) throws {
    let made = try Self.assemble(
      try Self.plan(history: history), Self.layers(["b1", "b2", "run"]), perStep: ["RUN one": 1])
    let base = made.history.prefix { $0 != "- ENV A=1" }
    #expect(Array(base) == ["+ a layer of the base image", "+ a layer of the base image"])
  }

  @Test func layersGetTheirOwnNames() throws {
    let made = try Self.assemble(
      try Self.plan(history: [false]), Self.layers(["b"], .dockerLayerGzip), perStep: [:])
    #expect(made.manifest.layers.map(\.mediaType) == [.layerGzip])
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (315_532_800, "1980-01-01T00:00:00Z"),
      (1_700_000_000, "2023-11-14T22:13:20Z"), (-1, "1969-12-31T23:59:59Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] as [(Int64, String)])
  func writesTimes(seconds: Int64, text: String) {
    #expect(Timestamp.rfc3339(seconds) == text)
  }
}
