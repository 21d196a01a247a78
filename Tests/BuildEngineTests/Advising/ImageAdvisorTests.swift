import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI
import Testing

@testable import BuildEngine

struct ImageAdvisorTests {
  /// An image of a Dockerfile `FROM scratch`, with what each instruction left; nil for no layer.
  /// - Parameter isOnBase: Whether the first of these was there before.
  private static func image(
    _ instructions: String, _ left: [[LayerEntry]?], files: [LayerEntry] = [],
    places: [CopyPlace] = [], isOnBase: Bool = false
  ) throws -> AdvisedImage? {
    let source = SourceFile(name: "Dockerfile", text: "FROM scratch\n" + instructions)
    let plan = try Planner(Dockerfile.parse(source).0, BuildRequest()).plan(with: [:])
    var config = ImageConfig(platform: Platform(os: "linux", architecture: "amd64"))
    let base = ImageConfig.History(
      created: nil, createdBy: "base", comment: nil, emptyLayer: false)
    let own = left.dropFirst(isOnBase ? 1 : 0)
    config.history =
      (isOnBase ? [base] : [])
      + zip(plan.history, own).map {
        .init(created: nil, createdBy: $0.instruction, comment: nil, emptyLayer: $1 == nil)
      }
    let layers = left.compactMap(\.self).map { entries in
      let digest = SHA256.digest(of: "\(entries)")
      return (
        Descriptor(mediaType: .layerGzip, digest: digest, size: 1_000_000), LayerIndex(entries)
      )
    }
    config.rootFS = .init(diffIDs: layers.map(\.0.digest))
    let contents = ImageContents(
      manifest: SHA256.digest(of: "manifest"), config: config, layers: layers)
    return AdvisedImage(contents, of: plan, files: LayerIndex(files), places: places)
  }

  private static func file(
    _ path: String, _ size: Int64 = 4_000_000, content: String? = nil, uid: UInt32 = 0
  ) -> LayerEntry {
    var entry = LayerEntry(path: TreePath(path), kind: .file, permissions: 0o644, uid: uid)
    entry.content = SHA256.digest(of: content ?? path)
    entry.size = size
    return entry
  }

  /// `line: bytes what`, that which saves most first.
  private static func listing(_ image: AdvisedImage?) throws -> [String] {
    let image = try #require(image)
    return ImageAdvisor.findings(in: image).map { finding in
      let line = image.plan[finding.step].span.start.line
      return "\(line): \(finding.saving.bytes / 1_000_000) \(text(finding.cause, image))"
    }
  }

  private static func text(_ cause: Finding.Cause, _ image: AdvisedImage) -> String {
    func line(_ step: Step.ID) -> Int { image.plan[step].span.start.line }
    return switch cause {
    case .packageCaches(let caches):
      caches.map { "\($0.cache.id) \($0.directory)" }.joined(separator: ", ")
    case .context(let litter, let patterns):
      "\(litter.id) \(patterns.joined(separator: ", "))"
    case .removedLater(let by): "removed by \(line(by))"
    case .changedLater(let by, let owner, _): "owner \(owner ?? "?") by \(line(by))"
    case .buildTools(let names, let until, let results):
      "\(names.joined(separator: ", ")) until \(line(until)) \(results)"
    }
  }

  @Test func findsCachesOfCommands() throws {
    let image = try Self.image(
      "RUN a\nENV A=1\nCOPY x /tmp/\n",
      [
        [
          Self.file("root/.cache/pip/a"), Self.file("var/lib/apt/lists/b", 2_000_000),
          Self.file("usr/lib/c"),
        ], nil, [Self.file("tmp/x")],
      ])
    #expect(
      try Self.listing(image) == ["2: 6 pip /root/.cache/pip, apt-lists /var/lib/apt/lists"])
  }

  @Test func leavesFilesThatHaveAnotherName() throws {
    var link = Self.file("opt/conda/pkgs/x")
    link.kind = .hardLink
    link.link = Array("opt/conda/lib/x".utf8)
    var other = link
    other.path = TreePath("opt/conda/pkgs/z")
    other.link = Array("opt/conda/pkgs/y".utf8)
    let image = try Self.image(
      "RUN a\n", [[Self.file("opt/conda/lib/x"), link, Self.file("opt/conda/pkgs/y"), other]])
    #expect(try Self.listing(image) == ["2: 4 conda /opt/conda/pkgs"])
  }

  @Test func findsWhatLaterInstructionsHide() throws {
    let image = try Self.image(
      "RUN a\nRUN b\nCOPY x /x/\nRUN c\n",
      [
        [Self.file("opt/a"), Self.file("opt/b", 5_000_000)],
        [.whiteout(TreePath("opt/a")), Self.file("opt/b", 1_000_000, content: "other")],
        [Self.file("x/y", 3_000_000)], [Self.file("x/y", 3_000_000, uid: 7)],
      ])
    #expect(try Self.listing(image) == ["2: 9 removed by 3", "4: 3 owner 7:0 by 5"])
  }

  @Test func findsWhatAnIgnoreFileShouldLeaveOut() throws {
    let names = [
      ".git/x", "a/.git/y", ".venv/pyvenv.cfg", ".venv/lib/__pycache__/z", "data/a.csv",
      "data/load.py", "outputs/m", "src/outputs/n", "big.pt",
    ]
    let copied = names.map { Self.file("w/" + $0, content: $0) }
    let image = try Self.image(
      "COPY . /w/\nRUN c\n",
      [copied, [Self.file("w/.git/x", content: ".git/x", uid: 7)]],
      files: names.map { Self.file($0) }, places: [.init(source: .root, destination: TreePath("w"))]
    )
    #expect(
      try Self.listing(image) == [
        "2: 12 git-history **/.git", "2: 8 virtual-environment .venv",
        "2: 8 data *.pt, data/**/*.csv", "2: 4 run-outputs outputs",
      ])
  }

  @Test func findsBuildToolsAndWhatTheyMade() throws {
    let image = try Self.image(
      "RUN a\nRUN b\nRUN c\nCMD d\n",
      [
        [Self.file("usr/bin/gcc-12"), Self.file("usr/share/doc/gcc", 2_000_000)],
        [Self.file("usr/local/lib/x"), Self.file("var/log", 1_000_000)], [Self.file("srv/x")], nil,
      ])
    #expect(try Self.listing(image) == ["2: 7 compilers until 3 [/usr/local]"])
    let runtime = try Self.image("RUN a\n", [[Self.file("usr/bin/python3")]])
    #expect(try Self.listing(runtime) == [])
  }

  /// Where the base has files of its own, only what is new is copied, or its bytes count as lost.
  @Test func leavesTheBaseWhereItIs() throws {
    let packages = "usr/local/lib/python/site-packages"
    let base = [
      Self.file("usr/local/lib/libpython"), Self.file("\(packages)/pip", 1_000_000),
      Self.file("opt/base"),
    ]
    let image = try Self.image(
      "RUN a\n",
      [
        base,
        [
          Self.file("usr/bin/gcc"), Self.file("\(packages)/numpy/x"), Self.file("opt/made/x"),
          Self.file("usr/local/lib/fast.so"),
        ],
      ], isOnBase: true)
    #expect(
      try Self.listing(image) == [
        "2: 3 compilers until 2 [/usr/local/lib/fast.so, /\(packages), /opt/made]"
      ])
  }

  @Test func isForTheImageOfThePlanOnly() throws {
    let image = try #require(try Self.image("RUN a\n", [[Self.file("a")]]))
    let other = try Planner(
      Dockerfile.parse(SourceFile(name: "Dockerfile", text: "FROM scratch\nRUN b\n")).0,
      BuildRequest()
    ).plan(with: [:])
    #expect(AdvisedImage(image.contents, of: other, files: .empty, places: []) == nil)
  }
}
