import Diagnostics
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// Whether a store's file system can hold overlays, found out by trying.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct ProbeTests {
  /// A second process that first mounts something at the store, in a namespace of its own.
  private func sandbox(_ root: TestRoot, mounting script: String) -> Sandbox {
    let host = TestRoot.host.joined(separator: " ")
    return Sandbox(
      runtime: nil, scratch: "\(root.folder)/scratch",
      host: ["unshare", "-m", "sh", "-c", "\(script) && exec \(host)"])
  }

  @Test func ordinaryFileSystem() throws {
    let root = try TestRoot()
    let store = "\(root.folder)/store"
    try FileTree.makeDirectories(store)
    try root.sandbox.probe(store)
    #expect(try Directory.entries(of: store).isEmpty)
  }

  @Test(
    arguments: [
      ("mount -t tmpfs none", nil),
      ("mount -t ramfs none", "operation not supported"),
      ("mount -t overlay none -o lowerdir=/etc:/var", "read-only"),
      ("mount -t tmpfs -o ro none", "read-only"),
    ] as [(String, String?)])
  func others(mount: String, reason: String?) throws {
    let root = try TestRoot()
    let store = "\(root.folder)/store"
    try FileTree.makeDirectories(store)
    let sandbox = sandbox(root, mounting: "\(mount) \(store)")
    guard reason != nil else { return try sandbox.probe(store) }
    let error = #expect(throws: SandboxError.self) { try sandbox.probe(store) }
    #expect(error?.diagnostic.id == "unsuitable-store")
  }

  @Test func overlayIsNamed() throws {
    let root = try TestRoot()
    let store = "\(root.folder)/store"
    try FileTree.makeDirectories(store)
    let options = "lowerdir=\(root.lowers[0]),upperdir=\(root.upper),workdir=\(root.folder)/work"
    let sandbox = sandbox(root, mounting: "mount -t overlay none -o \(options) \(store)")
    let error = #expect(throws: SandboxError.self) { try sandbox.probe(store) }
    #expect(error?.diagnostic.message.contains("it is on an overlay") == true)
    #expect(error?.diagnostic.help?.contains("RUNCTL_HOME") == true)
    #expect(try root.written == [])
  }
}
