import FileSystem
import Foundation
import OCI
import Testing

/// Nothing incomplete has a name in the store, and nothing temporary is left.
func expectSound(_ bench: Workbench) throws {
  // One that finds everything up to date does not open the store; the next one that does tidies.
  try bench.does("images", "ls")
  try expectClean(bench)
  let folder = "\(bench.home)/blobs/sha256"
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
    let bytes = try FileTree.read("\(folder)/\(name)")
    #expect(SHA256.digest(of: bytes).hex == name, "a blob is not what its name says")
  }
  for name in try FileManager.default.contentsOfDirectory(atPath: bench.home) {
    #expect(!name.hasSuffix(".tmp"), "\(name) is left")
  }
}
