import FileSystem
import Foundation
import Testing

/// Runs where the system refuses what they are watched by.
@Suite(
  .enabled(
    if: Machine.has("cc", "python3"), "a C compiler and python3 are needed to have calls refused"))
struct MeagreSystemTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("train.py", "print('trained')\n")
  }

  /// - Parameter function: In C: takes the place of the C library's.
  private func replace(_ function: String) throws {
    let name = "\(bench.folder)/meagre"
    try FileTree.replace(
      name + ".c", with: Array("#include <errno.h>\n#include <sys/types.h>\n\(function)\n".utf8))
    let made = try bench.run("cc", "-shared", "-fPIC", "-o", name + ".so", name + ".c")
    try #require(made.succeeded, "\(made)")
    bench.environment["LD_PRELOAD"] = name + ".so"
  }

  @Test func aFileSystemWithoutPipesIsNamed() throws {
    try replace("int mkfifo(const char *path, mode_t mode) { errno = EPERM; return -1; }")
    let result = try bench.runctl("train", "train.py")
    #expect(result.errors.contains("cannot make the pipe"), "\(result)")
    #expect(!result.output.contains("trained"))
  }

  @Test func aRunIsSeenWithoutWatches() throws {
    try replace("int inotify_init1(int flags) { errno = EMFILE; return -1; }")
    let result = try bench.runctl("train", "train.py")
    #expect(result.code == 0, "\(result)")
    #expect(result.output.contains("trained\n"))
  }
}
