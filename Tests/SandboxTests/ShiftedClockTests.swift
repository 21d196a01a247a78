import FileSystem
import Foundation
import Processes
import Testing

@testable import Sandbox

/// A command that is shown another time of day.
@Suite(
  .enabled(if: TestRoot.canRun, TestRoot.requirement),
  .enabled(if: ShiftedClock.isAvailable, "no clock for this kind of machine"))
struct ShiftedClockTests {
  private static let shift: Int64 = 97_200

  /// The machine's own `date` and what it is linked with, in place of the static one.
  private func root() throws -> TestRoot {
    let root = try TestRoot()
    let script = """
      set -e
      rm \(root.lowers[0])/bin/date
      for file in $(ldd /bin/date | grep -o '/[^ ]*') /bin/date; do
        mkdir -p "\(root.lowers[0])$(dirname "$file")"
        cp -L "$file" "\(root.lowers[0])$file"
      done
      """
    let result = try Subprocess.run(Command(["/bin/sh", "-c", script]), interruption: nil)
    try #require(result.status.isSuccess)
    return root
  }

  @Test func programsSeeTheOtherTimeAndNothingOfItStays() throws {
    let root = try root()
    var spec = root.shell("/bin/date +%s; env | grep -c LD_; true")
    spec.mounts += ShiftedClock(seconds: Self.shift).mounts
    let before = Int64(time(nil))
    let lines = try root.run(spec).lines
    let after = Int64(time(nil))
    let seen = try #require(lines.first.flatMap { Int64($0) })
    #expect((before + Self.shift...after + Self.shift).contains(seen))
    #expect(try Directory.entries(of: root.upper).isEmpty)
  }

  @Test func withoutAShiftTheTimeIsTheKernels() throws {
    let root = try root()
    var spec = root.shell("/bin/date +%s")
    spec.mounts += ShiftedClock(seconds: 0).mounts
    let before = Int64(time(nil))
    let seen = try #require(try root.run(spec).lines.first.flatMap { Int64($0) })
    #expect((before...Int64(time(nil))).contains(seen))
  }
}
