import FileSystem
import Foundation
import Testing

/// Trains on this machine that go on without who started them, and end for other reasons than their
/// own.
@Suite(.serialized, .enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct SupervisedRunTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try ExampleProject.make(in: bench)
  }

  /// A script that goes on until the file `outputs/go` is there.
  private static let waiting = """
    echo started
    trap 'echo asked; exit 7' INT TERM
    while [ ! -e outputs/go ]; do sleep 0.05; done
    echo model >outputs/model.bin
    echo over

    """

  private func prepareWaiting() throws {
    try bench.write([
      "train.py": Self.waiting,
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\"]\n",
    ])
    try FileTree.makeDirectories("\(bench.project)/outputs")
  }

  /// The newest run's log.
  private var log: String {
    let runs = "\(bench.project)/.runctl/runs"
    let newest = ((try? Directory.entries(of: runs)) ?? [])
      .map { String(decoding: $0.name, as: UTF8.self) }.max()
    return newest.flatMap { try? FileTree.read("\(runs)/\($0)/log") }
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  // MARK: Without who started it

  @Test func aRunGoesOnWhenItsClientIsKilled() throws {
    try prepareWaiting()
    let train = try bench.start(["train", "train.py"])
    try #require(eventually { train.outputSoFar.contains("started") }, "\(train.errorsSoFar)")
    train.kill(SIGKILL)
    _ = try train.wait()

    let attached = try bench.start(["attach", "--from-start"])
    #expect(eventually { attached.outputSoFar.contains("started") })
    try bench.write("outputs/go", "")
    let ended = try attached.wait()
    #expect(ended.code == 0, "\(ended)")
    #expect(ended.output == "started\nover\n")
    // What nobody waited for is up to date nonetheless.
    #expect(try bench.does("train", "train.py").output.contains("train train.py: up to date"))
  }

  @Test func aDetachedRunIsLeftToItself() throws {
    try prepareWaiting()
    let started = try bench.does("train", "-d", "train.py")
    let id = try #require(started.output.split(separator: "\n").last.map(String.init))
    #expect(started.errors.contains("runctl attach \(id)"))
    #expect(eventually { log.contains("started") })
    let stopped = try bench.runctl("stop", id)
    #expect(stopped.code == 0, "\(stopped)")
    #expect(log.contains("asked"))
    #expect(try bench.runctl("attach", id).code == 7)
  }

  @Test func aCommandIsLeftToItselfLikeATrain() throws {
    try prepareWaiting()
    let started = try bench.does("run", "-d", "--", "sh", "train.py")
    let id = try #require(started.output.split(separator: "\n").last.map(String.init))
    #expect(eventually { log.contains("started") })
    #expect(try bench.does("stop", "latest").output.contains("run \(id): stopped, exit code 7"))
    for other in [["-d"], ["--engine", "docker"]] {
      let refused = try bench.start(["run", "-i"] + other + ["--", "sh"]).wait()
      #expect(refused.code == 202)
      #expect(refused.errors.contains("[not-typed-to]"), "\(refused)")
    }
  }

  @Test func forWhatIsUpToDateNobodyLooksForGPUs() throws {
    try bench.write("train.py", "echo\n")
    try bench.does("train", "train.py")
    let again = try bench.does("train", "--gpus", "3", "train.py")
    #expect(again.output.contains("up to date"))
  }

  @Test func theSameTrainIsNotDoneTwiceAtOnce() throws {
    try prepareWaiting()
    try bench.does("train", "-d", "train.py")
    let second = try bench.start(["train", "train.py"])
    #expect(eventually { second.errorsSoFar.contains("waiting for another runctl") })
    try bench.write("outputs/go", "")
    let ended = try second.wait()
    #expect(ended.output.contains("train train.py: up to date"), "\(ended)")
  }

  @Test func theFirstInterruptIsTheProgramsAffair() throws {
    try prepareWaiting()
    let train = try bench.start(["train", "train.py"])
    #expect(eventually { train.outputSoFar.contains("started") })
    train.kill(SIGINT)
    let ended = try train.wait()
    #expect(ended.code == 7, "\(ended)")
    #expect(ended.output.contains("asked"))
  }

  @Test func theSecondInterruptEndsIt() throws {
    try bench.write(
      "train.py", "trap '' INT\necho started\nwhile true; do sleep 0.05; done\n")
    let train = try bench.start(["train", "train.py"])
    #expect(eventually { train.outputSoFar.contains("started") })
    train.kill(SIGINT)
    usleep(50_000)
    train.kill(SIGINT)
    #expect(try train.wait().code == 130)
    let later = try bench.runctl("attach")
    #expect(later.code == 130)
    #expect(later.errors.contains("it was stopped on request"), "\(later)")
  }

  @Test func aStoppedRunDidNotSucceed() throws {
    try bench.write(
      "train.py", "trap 'exit 0' TERM\necho started\nwhile true; do sleep 0.05; done\n")
    let train = try bench.start(["train", "train.py"])
    #expect(eventually { train.outputSoFar.contains("started") })
    #expect(try bench.does("stop", "latest").output.contains("stopped, exit code 0"))
    #expect(try train.wait().code == 143)
  }

  /// Between the request and its start, nobody is there any more who could be told of the run.
  @Test func aRunThatNobodyWaitsForDoesNotStart() throws {
    try prepareWaiting()
    let wait =
      "RUN --mount=type=cache,id=go,target=/go touch /go/begun; "
      + "while [ ! -e /go/on ]; do sleep 0.1; done\n"
    try bench.write("Dockerfile", ExampleProject.dockerfile + wait)
    let train = try bench.start(["train", "train.py"])
    try #require(eventually { cache(with: "begun") != nil }, "\(train.errorsSoFar)")
    // The client has the store open, and its supervisor will wait for it.
    let lock = try FileLock.acquire("\(bench.home)/locks/examination")
    try FileTree.replace(#require(cache(with: "begun")) + "/on", with: [])
    var supervisor: pid_t = 0
    try #require(
      eventually {
        supervisor = child(of: train.identifier, named: "supervise") ?? 0
        return hasOpen(supervisor, "\(bench.project)/.runctl/")
      }, "\(train.errorsSoFar)")
    train.kill(SIGKILL)
    _ = try train.wait()
    _ = consume lock
    #expect(
      eventually {
        (try? bench.runctl("runs", "show", "latest").output.contains("gone before it started"))
          ?? false
      })
    #expect(log.isEmpty)
  }

  /// The folder of a cache mount that has a file.
  private func cache(with name: String) -> String? {
    let caches = "\(bench.home)/cache-mounts"
    return ((try? FileManager.default.subpathsOfDirectory(atPath: caches)) ?? [])
      .first { $0.hasSuffix("/\(name)") }
      .map { FileTree.parentPath(of: "\(caches)/\($0)") }
  }

  private func hasOpen(_ process: pid_t, _ prefix: String) -> Bool {
    let folder = "/proc/\(process)/fd"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?
        .hasPrefix(prefix) == true
    }
  }

  @Test func aRunKeepsItsImageWhateverIsTakenAway() throws {
    try prepareWaiting()
    let dockerfile = try bench.read("Dockerfile")
    try bench.write([
      "Dockerfile": dockerfile + "RUN mkdir /lazy && echo 1 >/lazy/1\n",
      "train.py": Self.waiting + "cat /lazy/1\n",
    ])
    try bench.does("train", "-d", "train.py")
    #expect(eventually { log.contains("started") })
    try bench.write(["Dockerfile": dockerfile, "data/digits.csv": "2\n"])
    try bench.does("build")
    _ = try bench.start(["cache", "prune", "--all"]).wait()
    try bench.write("outputs/go", "")
    let ended = try bench.runctl("attach")
    #expect(ended.code == 0, "\(ended)")
    #expect(log.hasSuffix("over\n1\n"), "\(log)")
  }

  @Test func whatIsNotBackIsNotUpToDate() throws {
    try bench.write([
      "train.py": "mkdir -p /workspace/blocked; echo new >/workspace/blocked/m.pt\n",
      ".runctl.toml": "[images.project.run]\noutputs = [\"blocked/m.pt\"]\n",
      ".dockerignore": "blocked\n", "blocked": "a file where a folder should be\n",
    ])
    for _ in 0..<2 {
      let train = try bench.runctl("train", "train.py")
      #expect(train.code == 201, "\(train)")
      #expect(train.errors.contains("[output-not-copied]"))
      #expect(train.output.contains("train.py: done") == false, "\(train)")
    }
    #expect(try bench.runctl("attach").code == 201)
    try FileTree.remove("\(bench.project)/blocked")
    #expect(try bench.does("train", "train.py").output.contains("train.py: done"))
    #expect(try bench.does("train", "train.py").output.contains("up to date"))
  }

  @Test func aLostRunIsToldAsLost() throws {
    try prepareWaiting()
    let train = try bench.start(["train", "train.py"])
    #expect(eventually { train.outputSoFar.contains("started") })
    let supervisor = try #require(child(of: train.identifier, named: "supervise"))
    kill(supervisor, SIGKILL)
    let ended = try train.wait()
    #expect(ended.code == 201, "\(ended)")
    #expect(ended.errors.contains("[run-lost]"))
  }

  /// Children are looked for by what they were started with.
  private func child(of parent: pid_t, named word: String) -> pid_t? {
    for entry in (try? Directory.entries(of: "/proc")) ?? [] {
      guard let number = pid_t(String(decoding: entry.name, as: UTF8.self)),
        let status = try? FileTree.read("/proc/\(number)/stat"),
        let command = try? FileTree.read("/proc/\(number)/cmdline"),
        String(decoding: command, as: UTF8.self).contains(word)
      else { continue }
      let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?
        .split(separator: " ")
      if fields?.dropFirst().first == "\(parent)" { return number }
    }
    return nil
  }

  // MARK: Ends

  @Test(arguments: [
    ("timeout", ["--timeout", "1s"], "sleep 60\n", 124, "its time was over"),
    (
      "memory", ["--memory", "40MB"], "exec tail -c 200000000 /dev/zero\n", 137,
      "more memory than there was"
    ),
    ("signal", [], "kill -9 $$; sleep 5\n", 137, ""),
  ])
  func anEndIsNamed(
    what: String, options: [String], script: String, code: Int32, words: String
  ) throws {
    // The shell is not the first process of its namespace, which no signal of its own ends.
    try bench.write("train.py", what == "signal" ? "sh -c '\(script)'\nexit $?\n" : script)
    let ended = try bench.start(["train"] + options + ["train.py"]).wait()
    #expect(ended.code == code, "\(ended)")
    #expect(words.isEmpty || ended.errors.contains(words), "\(ended)")
    #expect(try groups() == [])
  }

  @Test func aProgramThatStaysBelowItsLimitsIsLeftAlone() throws {
    try bench.write("train.py", "echo fine\n")
    let ended = try bench.runctl(
      "train", "--memory", "200MB", "--cpus", "0.5", "--shm", "8MB", "train.py")
    #expect(ended.code == 0, "\(ended)")
  }

  @Test func sharedMemoryIsAsLargeAsSaid() throws {
    try bench.write("train.py", "cat /proc/mounts | sed -n '/dev.shm/p'\n")
    #expect(try bench.does("train", "--shm", "8MiB", "train.py").output.contains("size=8192k"))
  }

  /// Control groups of memory that runs left behind: those of runs that go on are locked.
  private func groups() throws -> [String] {
    let own = String(decoding: try FileTree.read("/proc/self/cgroup"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2) }
      .first { $0.count == 3 && $0[1].split(separator: ",").contains("memory") }
    let folder = "/sys/fs/cgroup/memory" + (own.map { String($0[2]) } ?? "")
    return ((try? Directory.entries(of: folder)) ?? [])
      .map { "\(folder)/" + String(decoding: $0.name, as: UTF8.self) }
      .filter { path in
        guard FileTree.lastComponent(of: path).hasPrefix("runctl-") else { return false }
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        return descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0
      }
  }

  @Test(arguments: [
    (["--gpus", "3"], "[no-gpus]"), (["--gpus", "some"], "[invalid-gpus]"),
    (["--memory", "much"], "[invalid-size]"), (["--timeout", "0s"], "[invalid-time-span]"),
    (["--env-file", "nowhere"], "[unreadable-env-file]"), (["--resume"], "[no-checkpoints]"),
  ])
  func whatCannotBeIsSaid(options: [String], id: String) throws {
    try bench.write("train.py", "echo\n")
    let result = try bench.start(["train"] + options + ["train.py"]).wait()
    #expect(result.code == 202, "\(result)")
    #expect(result.errors.contains(id), "\(result)")
  }

  // MARK: What a script is told

  @Test func variablesComeFromAFile() throws {
    try bench.write([
      "train.py": "echo \"$A|$B|$C\"\n",
      "my.env": "# comment\nA=x y \"z\"\nB=file\n\nHOME_OF\nC=\n",
    ])
    let result = try bench.does("train", "--env-file", "my.env", "-e", "B=flag", "train.py")
    #expect(result.output.contains("x y \"z\"|flag|\n"), "\(result)")
  }

  @Test func checkpointsStayAndTheNewestIsResumedFrom() throws {
    try bench.write([
      "train.py": """
      echo "from '$RUNCTL_RESUME_FROM' $1 $2"
      for n in 1 2 3; do echo >"$RUNCTL_CHECKPOINT_DIR/$(date +%s%N)-$n"; sleep 0.02; done

      """,
      ".runctl.toml": "[checkpoint]\ndir = \"checkpoints\"\nkeep_last_n = 2\n",
    ])
    let first = try bench.does("train", "--resume", "train.py", "--", "--from", "{checkpoint}")
    #expect(first.errors.contains("starting anew"))
    #expect(first.output.contains("from ''  \n"), "\(first)")
    let kept = try checkpoints()
    #expect(kept.count == 2)
    #expect(
      try bench.does("train", "train.py", "--", "--from", "{checkpoint}").output
        .contains("up to date"))

    try bench.write("train.py", bench.read("train.py") + "echo edited\n")
    let second = try bench.does("train", "--resume", "train.py", "--", "--from", "{checkpoint}")
    let newest = try #require(kept.last)
    #expect(second.output.contains("/\(newest)' --from "), "\(second)")
    #expect(second.errors.contains("resuming from '\(newest)'"))
    #expect(try checkpoints().count == 2)
    let shown = try bench.does("runs", "show", "latest").output
    #expect(shown.contains("--from /") && !shown.contains("{checkpoint}"), "\(shown)")
    #expect(shown.contains("resumed"))
  }

  private func checkpoints() throws -> [String] {
    try Directory.entries(of: "\(bench.project)/checkpoints")
      .map { String(decoding: $0.name, as: UTF8.self) }.sorted()
  }

  @Test func theImagesHealthcheckIsWatched() throws {
    try prepareWaiting()
    let dockerfile = try bench.read("Dockerfile")
    try bench.write(
      "Dockerfile",
      dockerfile + "HEALTHCHECK --interval=100ms --retries=1 CMD test -e /tmp/well\n")
    try bench.write("train.py", "echo started\nsleep 0.5\ntouch /tmp/well\n" + Self.waiting)
    try bench.does("train", "-d", "train.py")
    #expect(eventually { health == "unhealthy" })
    #expect(eventually { health == "healthy" })
    try bench.write("outputs/go", "")
    #expect(try bench.runctl("attach").code == 0)
  }

  private var health: String {
    let runs = "\(bench.project)/.runctl/runs"
    let newest = ((try? Directory.entries(of: runs)) ?? [])
      .map { String(decoding: $0.name, as: UTF8.self) }.max()
    return newest.flatMap { try? FileTree.read("\(runs)/\($0)/health") }
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
