import FileSystem
import Foundation
import Testing

/// A file of the store that somebody damaged, and what the next build says to it.
struct ContentDamage: Sendable, CustomTestStringConvertible {
  let name: String
  /// What is said; nil when nothing needs to be.
  let finding: String?
  let damage: @Sendable (Workbench, ImageLayoutReader) throws -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ finding: String?,
    _ damage: @escaping @Sendable (Workbench, ImageLayoutReader) throws -> Void
  ) {
    (self.name, self.finding, self.damage) = (name, finding, damage)
  }

  static let all = [
    ContentDamage("a layer cut", "content-removed") { bench, image in
      truncate(bench.blob(image.layers[image.layers.count - 1]), 20)
    },
    ContentDamage("a layer emptied", "content-removed") { bench, image in
      truncate(bench.blob(image.layers[image.layers.count - 1]), 0)
    },
    ContentDamage("a byte of a layer", "content-removed") { bench, image in
      try bench.flip(bench.blob(image.layers[image.layers.count - 1]), at: 30)
    },
    ContentDamage("a byte of the layer of a RUN", "content-removed") { bench, image in
      try bench.flip(bench.blob(image.layers[image.layers.count - 2]), at: 30)
    },
    ContentDamage("a layer that is a folder", "content-removed") { bench, image in
      let path = bench.blob(image.layers[image.layers.count - 1])
      try FileTree.removeFile(path)
      try FileTree.makeDirectories("\(path)/inside")
    },
    ContentDamage("a byte of the configuration", "content-removed") { bench, image in
      try bench.flip(bench.blob(image.config), at: 3)
    },
    ContentDamage("a byte of the manifest", "content-removed") { bench, image in
      try bench.flip(bench.blob(image.manifest), at: 3)
    },
    ContentDamage("the list of images", "index-damaged") { bench, _ in
      try FileTree.replace("\(bench.home)/index.json", with: Array("{\"manif".utf8))
    },
    ContentDamage("the list of images emptied", "index-damaged") { bench, _ in
      truncate("\(bench.home)/index.json", 0)
    },
    ContentDamage("no list of images", nil) { bench, _ in
      try FileTree.removeFile("\(bench.home)/index.json")
    },
    ContentDamage("no layout", nil) { bench, _ in
      try FileTree.removeFile("\(bench.home)/oci-layout")
    },
    ContentDamage("resolutions", nil) { bench, _ in
      try FileTree.replace("\(bench.home)/resolutions", with: [0, 255])
    },
    ContentDamage("every unpacked layer in part", nil) { bench, _ in
      let folder = "\(bench.home)/snapshots"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let inner = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
        try FileTree.remove("\(folder)/\(name)/\(try #require(inner.first))")
      }
    },
    ContentDamage("unpacked layers that are files", nil) { bench, _ in
      let folder = "\(bench.home)/snapshots"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileTree.remove("\(folder)/\(name)")
        try FileTree.replace("\(folder)/\(name)", with: [])
      }
    },
    ContentDamage("no database", nil) { bench, _ in
      for suffix in ["", "-wal", "-shm"] {
        try FileTree.removeFile("\(bench.home)/store.db\(suffix)")
      }
    },
  ]
}

extension Workbench {
  func blob(_ digest: String) -> String { "\(home)/blobs/sha256/\(digest)" }

  /// Changes one bit and neither the size nor the time of the last change.
  func flip(_ path: String, at offset: UInt64) throws {
    var status = stat()
    stat(path, &status)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.seek(toOffset: offset)
    let byte = try #require(handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: offset)
    try handle.write(contentsOf: [byte ^ 4])
    try handle.close()
    var times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, path, &times, 0)
  }
}

@Suite(
  .enabled(
    if: Machine.canRun && Machine.canAskDatabases, "\(Machine.needsRun); \(Machine.needsSQLite)"))
struct ContentDamageTests {
  private static let otherRequirements = "scipy==1.0\n"
  /// What an empty store makes of the project with these.
  private static let otherDigest = Result {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("requirements.txt", otherRequirements)
    return try bench.digest(bench.does("build"))
  }

  private func built() throws -> (Workbench, ImageLayoutReader) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.does("build", "--output", "oci:\(bench.folder)/layout")
    return (bench, try ImageLayoutReader("\(bench.folder)/layout"))
  }

  @Test(arguments: ContentDamage.all)
  func theNextBuildIsRight(damage: ContentDamage) throws {
    let (bench, image) = try built()
    try damage.damage(bench, image)
    let result = try bench.does("build")
    #expect(try bench.digest(result) == image.manifest.prefix(12))
    if let finding = damage.finding { #expect(result.errors.contains("[\(finding)]"), "\(result)") }
    // Whatever was damaged is needed again, unpacked, too.
    try bench.write("requirements.txt", Self.otherRequirements)
    #expect(try bench.digest(bench.does("build")) == Self.otherDigest.get())
    let run = try bench.does("run", "--", "sh", "-c", "cat requirements.txt; tool")
    #expect(run.output.hasSuffix("scipy==1.0\na tool from pip\n"), "\(run)")
    try StoreCheck(bench, state: "\(bench.project)/.runctl").expectSound(rereads: true)
  }

  /// Only a person has what was imported: it is said, and no registry is asked for its name.
  @Test func aDamagedImportIsAskedFor() throws {
    let (bench, image) = try built()
    for snapshot in try FileManager.default.contentsOfDirectory(atPath: "\(bench.home)/snapshots") {
      try FileTree.remove("\(bench.home)/snapshots/\(snapshot)")
    }
    try bench.flip(bench.blob(image.layers[0]), at: 1_000)
    let result = try bench.runctl("build")
    #expect(result.code == 9, "\(result)")
    #expect(result.errors.contains("[content-removed]"))
    #expect(result.errors.contains("the image 'base:1' is no longer whole in the store"))
    try bench.importBase()
    #expect(try bench.digest(bench.does("build")) == image.manifest.prefix(12))
  }

  @Test(arguments: [0, 5, 31])
  func aKeyThatWasCutIsMadeAnew(size: Int) throws {
    let (bench, image) = try built()
    try bench.write(
      "Dockerfile", ExampleProject.dockerfile + "ARG API_TOKEN=none\nLABEL t=$API_TOKEN\n")
    let digest = try bench.digest(bench.does("build", "--build-arg", "API_TOKEN=1"))
    #expect(digest != image.manifest.prefix(12))
    truncate("\(bench.home)/secret.key", off_t(size))
    try bench.write("train.py", "echo other\n")
    let result = try bench.does("build", "--build-arg", "API_TOKEN=1")
    #expect(result.errors.contains("[key-damaged]"), "\(result)")
    try bench.write("train.py", try #require(ExampleProject.files["train.py"]))
    #expect(try bench.digest(bench.does("build", "--build-arg", "API_TOKEN=1")) == digest)
  }

  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func noWrongByteIsPushed() throws {
    let (bench, image) = try built()
    let registry = try RegistryServer(in: bench)
    let place = "\(registry.host)/team/train:1"
    try bench.flip(bench.blob(image.layers[0]), at: 1_000)
    let refused = try bench.runctl("push", "-t", place)
    #expect(refused.code == 9, "\(refused)")
    try bench.flip("\(bench.folder)/layout/blobs/sha256/\(image.layers[0])", at: 1_000)
    let layout = try bench.runctl("push", "--from", "oci:\(bench.folder)/layout", "-t", place)
    #expect(layout.code == 9, "\(layout)")
    #expect(layout.errors.contains("[damaged-blob]"), "\(layout)")
    #expect(try registry.blobs().contains(image.layers[0]) == false)
    #expect(try registry.blobs().contains(image.manifest) == false)
    try bench.importBase()
    try bench.does("push", "-t", place)
    #expect(try registry.blobs().contains(image.manifest))
  }
}
