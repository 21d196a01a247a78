import FileSystem
import Foundation
import Testing

/// `RUN --mount=type=cache`: what stays between builds, and who shares it.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct CacheMountTests {
  private static func bench(_ run: String, beside other: Workbench? = nil) throws -> Workbench {
    let bench = try Workbench(beside: other)
    if let other { bench.environment["RUNCTL_HOME"] = other.home }
    try bench.write("Dockerfile", "FROM base:1\nARG N\n\(run)\n")
    try bench.importBase()
    return bench
  }

  private func count(_ bench: Workbench, _ number: Int) throws -> String? {
    try bench.buildAndRead("--build-arg", "N=\(number)")["got"]
  }

  @Test func itStaysBetweenBuildsAndProjects() throws {
    let run = "RUN --mount=type=cache,target=/c echo $N >>/c/log && cat /c/log >/got"
    let bench = try Self.bench(run)
    #expect(try count(bench, 1) == "1\n")
    #expect(try count(bench, 2) == "1\n2\n")
    // What was done with other contents of the cache is done.
    #expect(try count(bench, 1) == "1\n")
    let other = try Self.bench(run, beside: bench)
    #expect(try count(other, 3) == "1\n2\n3\n")
    other.environment["RUNCTL_CACHE_MOUNT_NS"] = "alone"
    #expect(try count(other, 4) == "4\n")
    let logs = try bench.filesHolding("1\n2\n3\n", below: bench.home + "/cache-mounts")
    #expect(logs.count == 1)
  }

  @Test(arguments: ["id=../../../../escape", "id=/", "id=a/../b", "id=.", "target=/c/../c"])
  func anIDIsNoPath(option: String) throws {
    let bench = try Self.bench("RUN --mount=type=cache,target=/c,\(option) touch /c/here")
    try bench.does("build")
    let names = try Directory.entries(of: bench.home + "/cache-mounts")
      .map { String(decoding: $0.name, as: UTF8.self) }
    #expect(names.count == 1 && names[0].count == 64, "\(names)")
    #expect(!FileTree.exists(bench.folder + "/escape"))
  }

  @Test func aLinkInACacheLeadsNowhere() throws {
    let bench = try Self.bench(
      """
      RUN --mount=type=cache,id=i,target=/c ln -s / /c/away && ln -s /etc/passwd /c/file
      RUN --mount=type=cache,id=i,source=away/file,target=/x busybox grep root /x
      """)
    let result = try bench.runctl("build")
    #expect(result.code == 1)
    // "away" is the cache itself, and in there is no "etc".
    #expect(result.errors.contains("[mount-source]"), "\(result)")
  }

  @Test func ownersAreApart() throws {
    let bench = try Self.bench(
      """
      RUN --mount=type=cache,target=/c,uid=1000,gid=5,mode=0711 \
          test "$(busybox stat -c '%a %u %g' /c)" = "711 1000 5" && touch /c/x
      RUN --mount=type=cache,target=/c test ! -e /c/x
      USER 1000
      RUN --mount=type=cache,target=/c,uid=1000,gid=5,mode=711 touch /c/y
      USER 0
      RUN ls -d /c >/got 2>&1 || true
      """)
    #expect(try bench.buildAndRead()["c"] == nil)
  }

  @Test func itStartsFromAStage() throws {
    let bench = try Workbench()
    try bench.importBase()
    let text = """
      FROM base:1 AS seed
      RUN mkdir /s && echo seed >/s/log
      FROM base:1
      ARG N
      RUN --mount=type=cache,from=seed,source=/s,target=/c echo $N >>/c/log && cat /c/log >/got

      """
    try bench.write("Dockerfile", text)
    #expect(try count(bench, 1) == "seed\n1\n")
    #expect(try count(bench, 2) == "seed\n1\n2\n")
    try bench.write("Dockerfile", text.replacing("echo seed", with: "echo other"))
    #expect(try count(bench, 3) == "other\n3\n")
  }

  /// Each command holds the cache until it has seen the other one, or waited long enough.
  @Test(arguments: [("shared", "met"), ("locked", "alone"), ("private", "alone")])
  func twoAtOnce(sharing: String, outcome: String) throws {
    let script = """
      RUN --mount=type=cache,id=i,target=/c,sharing=\(sharing) touch /c/$N; i=0; got=alone; \
          while test $i -lt 30; do i=$((i+1)); \
            if test -e /c/1 && test -e /c/2; then got=met; break; fi; sleep 0.1; done; \
          echo $got >/got; sleep 1; rm /c/$N
      """
    let first = try Self.bench(script)
    let second = try Self.bench(script, beside: first)
    let start = ContinuousClock.now
    let one = try first.start(["build", "--build-arg", "N=1"])
    let two = try second.start(["build", "--build-arg", "N=2"])
    let results = [try one.wait(), try two.wait()]
    for result in results { #expect(result.succeeded, "\(result)") }
    #expect(try count(first, 1) == outcome + "\n")
    #expect(try count(second, 2) == outcome + "\n")
    if sharing == "private" {
      let caches = try Directory.entries(of: first.home + "/cache-mounts")
      let key = String(decoding: try #require(caches.first).name, as: UTF8.self)
      #expect(FileTree.exists("\(first.home)/cache-mounts/\(key)/1/data"))
    } else if sharing == "locked" {
      #expect(ContinuousClock.now - start > .seconds(8))
    }
  }

  /// The second does not take the first's result, and two mounts of one cache do not wait for each
  /// other.
  @Test func twiceInOneBuild() throws {
    let mount = "--mount=type=cache,id=i,sharing=locked"
    let bench = try Self.bench(
      """
      RUN \(mount),target=/c \(mount),target=/d echo x >>/c/log && test -e /d/log
      RUN \(mount),target=/c \(mount),target=/d echo x >>/c/log && test -e /d/log
      RUN \(mount),target=/c cat /c/log >/got
      """)
    #expect(try bench.buildAndRead()["got"] == "x\nx\n")
  }
}
