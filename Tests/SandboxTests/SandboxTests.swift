import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct SandboxTests {
  @Test(arguments: [
    ("exit 0", ExitStatus.exited(0)), ("exit 3", .exited(3)), ("exit 255", .exited(255)),
    ("kill -9 $$", .exited(0)),
  ])
  func exitCode(script: String, expected: ExitStatus) throws {
    // The first process of a pid namespace is out of reach of its own SIGKILL.
    let root = try TestRoot()
    #expect(try root.run(root.shell(script)).status == expected)
  }
}
