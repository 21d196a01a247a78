import FileSystem
import Foundation
import Testing

/// What `images history`, `tree`, `diff` and `advise` say of images that were really built.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct ImagesTests {
  private static let dd = "busybox dd if=/dev/zero bs=1000000"

  private static let oversized = """
    FROM \(Workbench.base)
    WORKDIR /w
    RUN mkdir -p /var/lib/apt/lists /usr/lib/gcc /usr/local/lib \\
        && \(dd) count=5 of=/var/lib/apt/lists/list && \(dd) count=9 of=/usr/lib/gcc/cc1
    RUN mkdir -p /root/.cache/pip && \(dd) count=7 of=/root/.cache/pip/wheel \\
        && \(dd) count=2 of=/usr/local/lib/built.so
    COPY . .
    RUN \(dd) count=6 of=/archive
    RUN cp /archive /srv-data && rm /archive
    RUN find /w | while read f; do busybox chown 7:7 "$f"; done
    CMD ["sh"]
    """

  /// After all that `advise` says of the other.
  private static let slim = """
    FROM \(Workbench.base) AS build
    WORKDIR /w
    RUN --mount=type=cache,sharing=locked,target=/var/lib/apt/lists \\
        mkdir -p /var/lib/apt/lists /usr/lib/gcc /usr/local/lib \\
        && \(dd) count=5 of=/var/lib/apt/lists/list && \(dd) count=9 of=/usr/lib/gcc/cc1
    RUN --mount=type=cache,target=/root/.cache/pip \\
        mkdir -p /root/.cache/pip && \(dd) count=7 of=/root/.cache/pip/wheel \\
        && \(dd) count=2 of=/usr/local/lib/built.so

    FROM \(Workbench.base)
    WORKDIR /w
    COPY --from=build /usr/local /usr/local
    COPY . .
    RUN \(dd) count=6 of=/archive \\
        && cp /archive /srv-data && rm /archive
    RUN find /w | while read f; do busybox chown 7:7 "$f"; done
    CMD ["sh"]
    """

  private static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.importBase()
    let large = String(repeating: "0123456789", count: 300_000)
    try bench.write([
      "Dockerfile": oversized, "Dockerfile.slim": slim, "train.py": "true\n",
      "Dockerfile.slim.dockerignore": ".venv\n.git\ndata/**/*.csv\n",
      ".git/pack": large, ".venv/pyvenv.cfg": "home = /usr\n", ".venv/lib.so": large + "x",
      "data/train.csv": large + "y",
      ".runctl.toml": """
      [images.oversized]
      dockerfile = "Dockerfile"
      [images.slim]
      dockerfile = "Dockerfile.slim"
      """,
    ])
    return bench
  }

  private static func json(_ bench: Workbench, _ arguments: String...) throws -> [String: Any] {
    let result = try bench.start(["images"] + arguments + ["--json"]).wait()
    let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let object = try #require(document as? [String: Any], "\(result)")
    #expect(object["schemaVersion"] as? Int == 1)
    return object
  }

  private static func advice(_ bench: Workbench, _ name: String) throws -> [String: Any] {
    let images = try json(bench, "advise", name)["images"] as? [[String: Any]]
    return try #require(images?.first)
  }

  @Test func whatIsAdvisedIsWhatIsSaved() throws {
    let bench = try Self.bench()
    try bench.does("build")
    let advice = try Self.advice(bench, "oversized")
    let pieces = try #require(advice["advice"] as? [[String: Any]])
    let saved: [String: Int] = pieces.reduce(into: [:]) { sum, piece in
      sum[piece["id"] as? String ?? "", default: 0] += (piece["bytes"] as? Int ?? 0) / 1_000_000
    }
    #expect(
      saved == [
        "build-tools": 9, "package-caches": 12, "hidden-files": 6, "git-history": 6, "data": 6,
        "virtual-environment": 6,
      ])
    let before = try #require(advice["bytes"] as? Int)
    let promised = try #require(advice["savedBytes"] as? Int)
    let slim = try Self.advice(bench, "slim")
    let after = try #require(slim["bytes"] as? Int)
    #expect(abs(before - after - promised) < promised / 100, "\(before) \(after) \(promised)")
    #expect((slim["advice"] as? [Any])?.isEmpty == true)

    let text = try bench.does("images", "advise", "oversized").output
    #expect(text.contains("          + FROM base:1 AS build\n"))
    #expect(text.contains("          + COPY --from=build /usr/local /usr/local\n"))
    #expect(
      text.contains("+ RUN --mount=type=cache,target=/root/.cache/pip mkdir -p /root/.cache/pip"))
    #expect(text.contains("          .dockerignore:1\n          + .venv\n"))
    #expect(text.contains("\nwould save 4"))
  }

  @Test func adviceIsAboutWhatWasBuilt() throws {
    let bench = try Self.bench()
    let unbuilt = try bench.runctl("images", "advise", "slim")
    #expect(unbuilt.code == 2 && unbuilt.errors.contains("[not-built]"), "\(unbuilt)")
    try bench.does("build", "slim")
    try bench.write("train.py", "false\n")
    let outdated = try bench.runctl("images", "advise", "slim")
    #expect(outdated.code == 2 && outdated.errors.contains("[image-out-of-date]"), "\(outdated)")
    #expect(outdated.errors.contains("train.py was edited"))
  }

  @Test func theTreeSaysWhereTheBytesAre() throws {
    let bench = try Self.bench()
    try bench.does("build", "oversized")
    let tree = try Self.json(bench, "tree", "oversized", "--depth", "1", "--min-size", "1MB")
    let root = try #require(tree["tree"] as? [String: Any])
    let parts = try #require(root["parts"] as? [[String: Any]])
    #expect(
      parts.map { $0["path"] as? String } == ["/usr", "/w", "/root", "/srv-data", "/var", "/bin"])
    let hidden = try #require(tree["hidden"] as? [[String: Any]])
    #expect(hidden.first?["path"] as? String == "/archive")
    #expect(hidden.first?["isReplaced"] as? Bool == false)
    let layers = try #require(tree["layers"] as? [[String: Any]])
    let bytes = layers.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) }
    #expect(bytes == tree["bytes"] as? Int)
    let wasted = hidden.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) }
    #expect(root["bytes"] as? Int == bytes - wasted)
    let caches = try #require(tree["caches"] as? [[String: Any]])
    #expect(Set(caches.compactMap { $0["id"] as? String }) == ["pip", "apt-lists"])
    let none = try bench.runctl("images", "tree", "oversized", "--layer", "99")
    #expect(none.code == 2 && none.errors.contains("[unknown-layer]"), "\(none)")
  }

  @Test func historyNamesTheInstructions() throws {
    let bench = try Workbench()
    try bench.write([
      "Dockerfile": "FROM scratch\nCOPY a /\nENV API_TOKEN=hunter2\nCOPY b /\n", "a": "1",
      "b": "22",
    ])
    try bench.does("build")
    let text = try bench.does("images", "history", "project").output
    #expect(text.contains("<secret>") && text.contains("hunter2") == false, "\(text)")
    let rows = try #require(
      try Self.json(bench, "history", "project")["rows"] as? [[String: Any]])
    #expect(
      rows.map { ($0["layer"] as? [String: Any])?["unpacked"] as? Int } == [1, nil, 2])
  }

  @Test func differencesAreToldAndCounted() throws {
    let bench = try Workbench()
    let dockerfile = "FROM scratch\nCOPY a /\nCOPY b /\nENV API_TOKEN=hunter2\n"
    try bench.write(["Dockerfile": dockerfile, "a": "1", "b": "22", "c": "333"])
    let first = try bench.digest(bench.does("build"))
    try bench.write("b", "4444", permissions: 0o600)
    try bench.write("Dockerfile", dockerfile.replacing("hunter2", with: "hunter3") + "COPY c /\n")
    let second = try bench.digest(bench.does("build"))

    let same = try bench.does("images", "diff", "project", second)
    #expect(same.output == "they are the same image\n")
    let result = try bench.runctl("images", "diff", first, "project", "--files")
    #expect(result.code == 1)
    let digests = ("22", "4444")
    #expect(result.output.contains("  ~ env API_TOKEN: <secret> → <secret>\n"), "\(result)")
    #expect(result.output.contains("hunter") == false)
    #expect(
      result.output.contains("layers: 1 the same, then\n  - 2  \(digests.0.count) B  COPY b /"))
    #expect(result.output.contains("files: 1 added (3 B), 0 removed (0 B), 1 changed\n"))
    #expect(result.output.contains("size 2 bytes → 4 bytes, permissions 0644 → 0600\n"))
    let json = try Self.json(bench, "diff", first, "project")
    #expect(json["areEqual"] as? Bool == false)
    #expect((json["files"] as? [Any])?.count == 2)
  }

  @Test func imagesAreFoundByNameOrDigest() throws {
    let bench = try Workbench()
    try bench.write(["Dockerfile": "FROM scratch\nCOPY a /\n", "a": "1"])
    let unbuilt = try bench.runctl("images", "tree", "project")
    #expect(unbuilt.code == 2 && unbuilt.errors.contains("[not-built]"), "\(unbuilt)")
    let digest = try bench.digest(bench.does("build", "-t", "app:1"))
    for name in ["project", "app:1", digest, "sha256:" + digest.prefix(8)] {
      #expect(try bench.does("images", "history", name).output.contains("COPY a /"))
    }
    let unknown = try bench.runctl("images", "tree", "apq:1")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("no image is named 'apq:1'; did you mean 'app:1'?"))
  }
}
