import FileSystem
import Foundation
import Testing

/// `RUN --mount` with real containers.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct MountTests {
  private static func bench(_ dockerfile: String) throws -> Workbench {
    let bench = try Workbench()
    try bench.write("Dockerfile", "FROM base:1\n" + dockerfile)
    try bench.importBase()
    return bench
  }

  // MARK: Bind

  @Test func whatIsBoundIsPartOfTheKey() throws {
    let bench = try Self.bench("RUN --mount=source=in,target=/in cat /in/a /in/deep/b >/got\n")
    try bench.write(["in/a": "1\n", "in/deep/b": "2\n", "other": "x"])
    #expect(try bench.buildAndRead() == ["got": "1\n2\n"])
    try bench.write("other", "y")
    #expect(try bench.does("build").output.contains("up to date"))
    try bench.write("in/deep/b", "3\n")
    let result = try bench.does("build")
    #expect(result.errors.contains("in/deep/b was edited"), "\(result)")
    #expect(try bench.buildAndRead()["got"] == "1\n3\n")
    // What it was is known.
    try bench.write("in/deep/b", "2\n")
    #expect(try bench.does("build").output.contains("0 of 2 steps done"))
    try bench.remove("in/a")
    let failed = try bench.runctl("build")
    #expect(failed.code == 1 && failed.errors.contains("in/a is gone"), "\(failed)")
  }

  @Test func onlyWhatIsNotIgnoredIsSeenAndAllOfItIsRoots() throws {
    let bench = try Self.bench(
      """
      RUN --mount=target=/c find /c -type f >/got; ls -ln /c/s >/s; ls -n /c/link >>/s

      """)
    try bench.write([".dockerignore": "no\n*.log\n", "no/x": "", "a.log": "", "yes/x": ""])
    try bench.write("s", "", permissions: 0o750)
    chown("\(bench.project)/s", 1234, 1234)
    symlink("s", "\(bench.project)/link")
    let files = try bench.buildAndRead()
    let got = files["got"] ?? ""
    #expect(got.contains("/c/yes/x") && got.contains("/c/s"))
    #expect(files["s"]?.contains(#/-rwxr-x---\s+1 0\s+0 /#) ?? false, "\(files)")
    #expect(files["s"]?.contains("/c/link -> s") ?? false)
    #expect(!got.contains(".log") && !got.contains("/c/no"))
  }

  @Test func writesAreDiscarded() throws {
    let bench = try Self.bench(
      """
      RUN --mount=source=in,target=/in,rw echo 2 >/in/a && echo 3 >/in/new && cat /in/a >/got
      RUN --mount=source=in,target=/in ! touch /in/a 2>/dev/null && cat /in/a >>/got && test ! -e /in/new
      RUN --mount=from=base:1,source=etc,target=/e,rw echo 4 >/e/passwd && echo 5 >/e/new
      RUN --mount=from=base:1,source=/etc/,target=/e test ! -e /e/new && busybox grep -q root /e/passwd
      RUN test ! -e /e && test ! -e /in

      """)
    try bench.write("in/a", "1\n")
    #expect(try bench.buildAndRead() == ["got": "2\n1\n"])
    #expect(try bench.read("in/a") == "1\n")
    #expect(!bench.has("in/new"))
  }

  @Test func aFileIsBoundAndLinksLeadInside() throws {
    let bench = try Self.bench(
      """
      RUN --mount=source=link,target=/etc/x.conf cat /etc/x.conf >/got
      RUN --mount=source=away/file,target=/y cat /y >>/got

      """)
    try bench.write(["real/file": "1\n"])
    symlink("real/file", "\(bench.project)/link")
    symlink("/real", "\(bench.project)/away")
    #expect(try bench.buildAndRead() == ["got": "1\n1\n"])
    try bench.write("real/file", "2\n")
    #expect(try bench.buildAndRead() == ["got": "2\n2\n"])
  }

  @Test func aStageIsBound() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write(
      "Dockerfile",
      """
      FROM base:1 AS tools
      RUN mkdir -p /opt/t && echo one >/opt/t/f && ln -s /opt/t /away && ln -s /etc/shadow /opt/t/out
      FROM base:1
      RUN --mount=from=tools,source=/away,target=/t,ro cat /t/f >/got && ! cat /t/out 2>/dev/null
      RUN --mount=from=tools,target=/t test -x /t/bin/sh && test -L /t/away

      """)
    #expect(try bench.buildAndRead() == ["got": "one\n"])
    try bench.write("Dockerfile", bench.read("Dockerfile").replacing("echo one", with: "echo two"))
    #expect(try bench.buildAndRead() == ["got": "two\n"])
  }

  @Test func whatIsNotThereIsSaidAtItsPlace() throws {
    let bench = try Self.bench("RUN --mount=source=nowere,target=/x true\n")
    try bench.write("nowhere/a", "")
    let context = try bench.runctl("build")
    #expect(context.code == 1)
    #expect(context.errors.contains("Dockerfile:2:13: error: 'nowere' is not in the context"))
    try bench.write(
      "Dockerfile", "FROM base:1\nRUN --mount=from=base:1,source=/no,target=/x true\n")
    let image = try bench.runctl("build")
    #expect(image.code == 1)
    #expect(
      image.errors.contains("Dockerfile:2:13: error: '/no' is not in the stage or image"),
      "\(image)")
    try bench.write(
      "Dockerfile",
      "FROM base:1\nRUN true\n\nRUN --mount=type=tmpfs,target=/etc/passwd true\n")
    let place = try bench.runctl("build")
    #expect(place.code == 1)
    #expect(
      place.errors.contains("Dockerfile:4:13: error: cannot mount at '/etc/passwd'"), "\(place)")
  }

  // MARK: Memory

  @Test func memoryIsEmptyAndGoneAfterwards() throws {
    let bench = try Self.bench(
      """
      RUN mkdir /m && echo 1 >/m/below
      RUN --mount=type=tmpfs,target=/m,size=1m test ! -e /m/below && echo 2 >/m/x && \
          ! printf '%2000000d' 1 2>/dev/null >/m/big
      RUN --mount=type=tmpfs,target=/new/deep echo 3 >/new/deep/x && chmod 700 /new
      RUN test ! -e /new && cat /m/below >/got

      """)
    #expect(try bench.buildAndRead() == ["m": "", "m/below": "1\n", "got": "1\n"])
  }
}
