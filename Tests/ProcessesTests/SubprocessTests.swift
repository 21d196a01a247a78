import Diagnostics
import FileSystem
import Glibc
import Synchronization
import Testing

@testable import Processes

/// Swift Testing has a type of the same name.
typealias ExitStatus = Processes.ExitStatus

@Suite struct SubprocessTests {
  private func run(_ script: String, _ change: (inout Command) -> Void = { _ in }) throws
    -> Completion
  {
    var command = Command(["sh", "-c", script])
    change(&command)
    return try Subprocess.run(command, interruption: nil)
  }

  @Test(
    arguments: [
      ("exit 0", ExitStatus.exited(0), 0), ("exit 7", .exited(7), 7),
      ("kill -9 $$", .signaled(SIGKILL), 137), ("kill -15 $$", .signaled(SIGTERM), 143),
    ] as [(String, ExitStatus, Int32)])
  func status(script: String, expected: ExitStatus, code: Int32) throws {
    #expect(try run(script).status == expected)
    #expect(expected.code == code)
  }

  @Test func capturesBothStreamsApart() throws {
    let completion = try run("echo out; echo err >&2")
    #expect(completion.outputText == "out\n" && completion.errorText == "err\n")
  }

  @Test func joinedStreamsKeepTheirOrder() throws {
    let completion = try run("echo 1; echo 2 >&2; echo 3; echo 4 >&2") { $0.errors = .joined }
    #expect(completion.outputText == "1\n2\n3\n4\n" && completion.errors.isEmpty)
  }

  @Test func captureHasALimit() throws {
    let completion = try run("yes | head -c 3000000; echo end >&2") {
      $0.output = .capture(limit: 10)
    }
    #expect(completion.outputText == "y\ny\ny\ny\ny\n" && completion.errorText == "end\n")
  }

  @Test func linesComeWithoutTheirEnds() throws {
    let lines = Mutex<[String]>([])
    _ = try run("printf 'a\\n\\nb\\r\\nlast'") {
      $0.output = .lines { line in lines.withLock { $0.append(line) } }
    }
    #expect(lines.withLock(\.self) == ["a", "", "b\r", "last"])
  }

  @Test func input() throws {
    let large = [UInt8](repeating: 65, count: 1 << 20)
    #expect(try run("wc -c") { $0.input = .bytes(large) }.outputText == "1048576\n")
    #expect(try run("cat") { $0.input = .null }.output == [])
    // Nobody reads it, and nobody is killed by that.
    #expect(try run("true") { $0.input = .bytes(large) }.status.isSuccess)
  }

  @Test func environmentAndDirectory() throws {
    let completion = try run("echo $A; pwd") {
      $0.environment = ["PATH=/usr/bin:/bin", "A=x y"]
      $0.workingDirectory = "/usr"
    }
    #expect(completion.outputText == "x y\n/usr\n")
  }

  @Test func onlyNamedDescriptorsArePassedOn() throws {
    let leaked = open("/dev/null", O_RDONLY)
    let kept = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    let other = open("/proc/version", O_RDONLY | O_CLOEXEC)
    defer { [leaked, kept, other].forEach { close($0) } }
    // The numbers cross over: each target is the other's source.
    let completion = try run(
      "ls -1 /proc/self/fd | wc -l; head -c 5 /dev/fd/\(kept); head -c 5 /dev/fd/\(other)"
    ) {
      $0.descriptors = [kept: other, other: kept]
    }
    // The three, the two, and the one that ls opens.
    #expect(completion.outputText == "6\nLinuxName:")
  }

  @Test func programsThatCannotBeRun() throws {
    let folder = "\(P_tmpdir)/runctl-processes-\(getpid())"
    try FileTree.makeDirectories(folder)
    defer { try? FileTree.remove(folder) }
    let plain = "\(folder)/plain"
    try File.create(plain).write(Array("#!/bin/sh\n".utf8))
    func failure(_ command: Command) -> ProcessError? {
      #expect(throws: ProcessError.self) { try Subprocess.run(command, interruption: nil) }
    }
    #expect(failure(Command(["no-such-program"])) == .notFound(program: "no-such-program"))
    #expect(failure(Command(["/no/such"])) == .notFound(program: "/no/such"))
    #expect(failure(Command([plain])) == .notExecutable(program: plain))
    #expect(
      failure(Command(["plain"], environment: ["PATH=\(folder)"]))
        == .notExecutable(program: "plain"))
    #expect(
      failure(Command(["true"], workingDirectory: "/no/such")) == .noSuchDirectory(path: "/no/such")
    )
    #expect(failure(Command([])) == .notFound(program: ""))
  }

  @Test func whatIsLeftOfTheGroupIsKilled() throws {
    let pipe = try Processes.Pipe()
    let reader = dup(pipe.reader.descriptor)
    defer { close(reader) }
    let completion = try run("sleep 1000 >/dev/null 2>&1 & echo started") {
      $0.descriptors = [3: pipe.writer.descriptor]
    }
    #expect(completion.outputText == "started\n")
    _ = consume pipe
    // At its end only when nobody has the other side any more.
    var byte: UInt8 = 0
    #expect(read(reader, &byte, 1) == 0)
  }

  @Test func timeIsUp() throws {
    #expect(throws: ProcessError.timedOut(program: "sh", after: .milliseconds(50))) {
      try run("trap '' TERM; while true; do sleep 10; done") { $0.timeout = .milliseconds(50) }
    }
  }

  @Test func manyAtOnce() async throws {
    try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<16 {
        group.addTask {
          try self.run("cat; echo \(number) >&2") { $0.input = .bytes([65]) }.errorText
        }
      }
      var seen: Set<String> = []
      for try await text in group { seen.insert(text) }
      #expect(seen.count == 16)
    }
  }
}
