import FileSystem
import Foundation
import SQLite
import Testing

/// What was done to a store, and what `cache verify` says to it.
struct StoreHarm: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The kinds of what is found, in order.
  let kinds: [String]
  let harm: @Sendable (Workbench, ImageLayoutReader) throws -> Void

  init(
    _ name: String, _ kinds: [String],
    _ harm: @escaping @Sendable (Workbench, ImageLayoutReader) throws -> Void
  ) {
    (testDescription, self.kinds, self.harm) = (name, kinds, harm)
  }

  static let all = [
    StoreHarm("a bit of a layer", ["blob", "image"]) { bench, image in
      try bench.flip(bench.blob(image.layers[image.layers.count - 1]), at: 30)
    },
    StoreHarm("a bit of the configuration", ["blob", "image"]) { bench, image in
      try bench.flip(bench.blob(image.config), at: 3)
    },
    StoreHarm("a bit of the manifest", ["blob", "image"]) { bench, image in
      try bench.flip(bench.blob(image.manifest), at: 3)
    },
    StoreHarm("a layer cut", ["blob", "image"]) { bench, image in
      truncate(bench.blob(image.layers[image.layers.count - 1]), 20)
    },
    StoreHarm("a layer removed", ["layer", "members", "image"]) { bench, image in
      try FileTree.removeFile(bench.blob(image.layers[image.layers.count - 1]))
    },
    StoreHarm("a bit of an unpacked file", ["snapshot"]) { bench, _ in
      try bench.flip(bench.unpacked("packages"), at: 0)
    },
    StoreHarm("a mode of an unpacked file", ["snapshot"]) { bench, _ in
      chmod(try bench.unpacked("packages"), 0o600)
    },
    StoreHarm("an owner of an unpacked file", ["snapshot"]) { bench, _ in
      chown(try bench.unpacked("packages"), 12, 12)
    },
    StoreHarm("an unpacked file removed", ["snapshot"]) { bench, _ in
      try FileTree.removeFile(bench.unpacked("packages"))
    },
    StoreHarm("a file more in an unpacked layer", ["snapshot"]) { bench, _ in
      try FileTree.replace(bench.unpacked("packages") + "-new", with: [1])
    },
    StoreHarm("a file of the unpacked base", ["snapshot"]) { bench, _ in
      try bench.flip(bench.unpacked("passwd"), at: 0)
    },
    StoreHarm("a file at the top of an unpacked layer", ["snapshot"]) { bench, _ in
      let folder = "\(bench.home)/snapshots"
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      try FileTree.replace("\(folder)/\(name)/new", with: [1])
    },
    StoreHarm("the index of a layer", ["index"]) { bench, _ in
      try bench.change("UPDATE layer_indexes SET bytes = (SELECT bytes FROM layer_indexes LIMIT 1)")
    },
    StoreHarm("a bit of each index", ["index"]) { bench, _ in
      try bench.change(
        "UPDATE layer_indexes SET bytes = CAST(substr(bytes, 1, 20) || x'ff' AS BLOB)")
    },
    StoreHarm("no indexes", ["index"]) { bench, _ in
      try bench.change("DELETE FROM layer_indexes")
    },
    StoreHarm("the diff ID of a layer", ["layer", "step"]) { bench, _ in
      try bench.change(
        """
        UPDATE layers SET diff_id = zeroblob(32)
        WHERE diff_id = (SELECT diff_ids FROM steps WHERE length(diff_ids) = 32 LIMIT 1)
        """)
    },
    StoreHarm("the size of layers", ["layer"]) { bench, _ in
      try bench.change("UPDATE layers SET size = size + 1")
    },
    StoreHarm("parts of layers", ["members"]) { bench, _ in
      try bench.change("UPDATE members SET offset = 1000000000")
    },
    StoreHarm("a step without its layer", ["step"]) { bench, _ in
      try bench.change(
        """
        INSERT INTO steps (key, instruction, diff_ids, inputs, created, took_ms, last_used, hits)
        VALUES (zeroblob(32), 'RUN nothing', zeroblob(32), x'', 0, 0, 0, 0)
        """)
    },
    StoreHarm("a name in a registry that means nothing", ["resolution"]) { bench, _ in
      try bench.change(
        """
        INSERT INTO resolutions
        VALUES ('docker.io/library/x:1', 'linux/amd64', zeroblob(32), 1, 'text/html', 0)
        """)
    },
  ]
}

extension Workbench {
  /// A file of that name in one of the unpacked layers.
  fileprivate func unpacked(_ name: String) throws -> String {
    let folder = "\(home)/snapshots"
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let path = try #require(paths.first { FileTree.lastComponent(of: $0) == name })
    return "\(folder)/\(path)"
  }

  /// Changes the store's database as only who means it can: the seals of its pages are right after.
  fileprivate func change(_ sql: String) throws {
    try Database(path: "\(home)/store.db", mode: .readWrite).execute(sql)
  }
}

struct VerifyReport: Decodable {
  struct Finding: Decodable {
    let kind: String
    let name: String
    let dropped: Bool
    let images: [String]
    let steps: [String]
  }

  let schemaVersion: Int
  let findings: [Finding]

  init(_ result: ProgramResult) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(result.output.utf8))
  }

  /// Each once, in their order.
  var kinds: [String] {
    findings.map(\.kind).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct CacheVerifyTests {
  private func built() throws -> (Workbench, ImageLayoutReader, digest: String) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let result = try bench.does(
      "build", "-t", "train:1", "--output", "oci:\(bench.folder)/layout")
    return (bench, try ImageLayoutReader("\(bench.folder)/layout"), try bench.digest(result))
  }

  @Test func whatIsRightIsSaidToBe() throws {
    let (bench, _, _) = try built()
    let result = try bench.does("cache", "verify")
    #expect(result.output.hasPrefix("everything is right"))
    #expect(try VerifyReport(bench.does("cache", "verify", "--json")).findings.isEmpty)
    try expectSound(bench)
  }

  @Test(arguments: StoreHarm.all)
  func whatIsDamagedIsNamedAndDropped(harm: StoreHarm) throws {
    let (bench, image, digest) = try built()
    try harm.harm(bench, image)
    // To look changes nothing.
    for _ in 0..<2 {
      let look = try bench.runctl("cache", "verify", "-n", "--json")
      let report = try VerifyReport(look)
      #expect(look.code == 1 && report.findings.allSatisfy { !$0.dropped }, "\(look)")
      #expect(report.kinds.first == harm.kinds.first, "\(look)")
    }
    let result = try bench.runctl("cache", "verify", "--json")
    let report = try VerifyReport(result)
    #expect(result.code == 1 && report.kinds == harm.kinds, "\(result)")
    #expect(report.findings.allSatisfy { $0.dropped || $0.kind == "image" }, "\(result)")

    #expect(try bench.digest(bench.does("build", "-t", "train:1")) == digest)
    #expect(try bench.digest(bench.does("build", "-B", "-t", "train:1")) == digest)
    let after = try bench.runctl("cache", "verify")
    #expect(after.succeeded, "\(after)")
    try expectSound(bench)
  }

  @Test func aLayerIsNamedWithWhatItBelongsTo() throws {
    let (bench, image, _) = try built()
    try bench.flip(bench.blob(image.layers[image.layers.count - 1]), at: 30)
    let found = try VerifyReport(bench.runctl("cache", "verify", "--json")).findings
    let blob = try #require(found.first { $0.kind == "blob" })
    #expect(blob.name == "sha256:" + image.layers[image.layers.count - 1])
    #expect(blob.images == ["train:1"] && blob.steps == ["COPY . ."])
  }

  /// What others are just writing is no damage.
  @Test func buildsGoOnMeanwhile() throws {
    let (bench, _, digest) = try built()
    let builds = try (0..<4).map { number in
      let other = try Workbench(beside: bench)
      other.environment["RUNCTL_HOME"] = bench.home
      try other.write(ExampleProject.files)
      try other.write("requirements.txt", "numpy==1.\(number)\n")
      return (other, try other.start(["build", "-B"]))
    }
    for _ in 0..<6 {
      let result = try bench.runctl("cache", "verify")
      #expect(result.succeeded, "\(result)")
    }
    for (_, build) in builds {
      let result = try build.wait()
      #expect(result.succeeded, "\(result)")
    }
    #expect(try bench.digest(bench.does("build")) == digest)
    #expect(try bench.runctl("cache", "verify").succeeded)
  }

  /// What is damaged may be dropped in part: it counts for nothing, dropped or not.
  @Test func aKillLeavesAStoreThatGoesOn() throws {
    var at = 1
    while true {
      let (bench, image, digest) = try built()
      try bench.flip(bench.blob(image.layers[image.layers.count - 1]), at: 30)
      try bench.flip(bench.unpacked("packages"), at: 0)
      bench.environment["RUNCTL_FAULT"] = "kill:\(at)"
      let result = try bench.runctl("cache", "verify")
      bench.environment["RUNCTL_FAULT"] = nil
      if result.code == 1 { break }
      #expect(result.code == 128 + SIGKILL, "\(at): \(result)")
      #expect(try bench.digest(bench.does("build", "-t", "train:1")) == digest, "\(at)")
      _ = try bench.runctl("cache", "verify")
      #expect(try bench.digest(bench.does("build", "-B", "-t", "train:1")) == digest, "\(at)")
      try bench.does("cache", "verify")
      try expectSound(bench)
      at += 1
    }
    #expect(at > 3)
  }
}
