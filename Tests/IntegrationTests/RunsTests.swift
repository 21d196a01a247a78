import FileSystem
import Foundation
import Testing

/// What is known of runs, and what can be done with them.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct RunsTests {
  private func bench(_ files: [String: String] = [:]) throws -> Workbench {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(files)
    return bench
  }

  private func json(_ result: ProgramResult) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any],
      "\(result)")
  }

  private func runs(_ bench: Workbench, _ filters: String...) throws -> [[String: Any]] {
    let result = try bench.start(["runs", "--json"] + filters).wait()
    return try #require(json(result)["runs"] as? [[String: Any]])
  }

  private func ids(_ bench: Workbench) throws -> [String] {
    try runs(bench).compactMap { $0["id"] as? String }
  }

  @Test func everyRunIsListed() throws {
    let bench = try bench(["train.py": "echo $1\nexit $1\n"])
    #expect(try bench.does("runs").output == "no such run\n")
    try bench.does("train", "train.py", "--", "0")
    #expect(try bench.runctl("train", "train.py", "--", "3").code == 3)
    try bench.does("run", "--", "sh", "-c", "true")
    let all = try runs(bench)
    #expect(all.compactMap { $0["status"] as? String } == ["succeeded", "failed", "succeeded"])
    #expect(all.compactMap { $0["exitCode"] as? Int } == [0, 3, 0])
    #expect(all[1]["arguments"] as? [String] == ["3"])
    #expect(try runs(bench, "--status", "failed").count == 1)
    #expect(try runs(bench, "--script", "train.py", "--since", "1h").count == 2)
    #expect(try runs(bench, "--image", "other").isEmpty)
    #expect(try runs(bench, "-n", "1").count == 1)
    let table = try bench.does("runs").output
    #expect(table.contains("exit code 3"))
    #expect(table.contains("train.py 0"))
  }

  @Test func aRunIsNamedByABeginning() throws {
    let bench = try bench()
    try bench.does("run", "--", "sh", "-c", "echo hello")
    let id = try #require(try ids(bench).first)
    for name in ["latest", id, String(id.prefix(17)), String(id.suffix(4))] {
      #expect(try bench.does("runs", "show", name).output.contains("run \(id)\n"))
    }
    let unknown = try bench.runctl("logs", "nothing")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("[unknown-run]"))
    #expect(try bench.runctl("attach", "nothing").code == 202)
    #expect(try bench.does("explain", "--run", "latest").output.contains("it succeeded"))
  }

  @Test func whatARunPrintedComesBackAsItWas() throws {
    let bench = try bench([
      "train.py": "printf 'one\\ntwo\\n'\necho bad >&2\nprintf 'no end'\n"
    ])
    try bench.does("train", "train.py")
    let logs = try bench.does("logs")
    #expect(logs.output == "one\ntwo\nno end")
    #expect(logs.errors == "bad\n")
    #expect(try bench.does("logs", "--tail", "1").output == "no end")
    let times = try bench.does("logs", "--timestamps").output.split(separator: "\n")
    #expect(times.count == 3)
    for line in times {
      #expect(line.prefixMatch(of: /(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )/) != nil, "\(line)")
    }
    #expect(try bench.does("logs", "-f").errors.contains("exit code 0"))
  }

  @Test func allRunsInOnePlace() throws {
    let bench = try bench(["train.py": "echo from $1\n"])
    try bench.does("train", "train.py", "--", "one")
    try bench.does("train", "train.py", "--", "two")
    let lines = try bench.does("logs", "--all").output.split(separator: "\n")
    #expect(
      lines.map { $0.split(separator: " ").suffix(3).joined(separator: " ") } == [
        "train.py from one", "train.py from two",
      ])
    for (line, id) in zip(lines, try ids(bench).reversed()) { #expect(line.contains(" \(id) ")) }
    #expect(try bench.does("logs", "--all", "--tail", "1").output.hasSuffix("from two\n"))
  }

  @Test func whoAttachesLateIsToldHowItEnded() throws {
    let bench = try bench([
      "train.py": "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; exit 5\n"
    ])
    #expect(try bench.runctl("train", "train.py").code == 5)
    let late = try bench.runctl("attach")
    #expect(late.code == 5)
    #expect(late.output == "")
    #expect(late.errors.contains("exit code 5"))
    #expect(late.errors.contains("    line 3\n") && late.errors.contains("    line 12\n"))
    #expect(late.errors.contains("    line 2\n") == false)
    let whole = try bench.runctl("attach", "--from-start")
    #expect(whole.output.hasPrefix("line 1\nline 2\n"))
    #expect(whole.errors.contains("    line 12") == false)
    #expect(try bench.does("stop", "latest").output.contains("is over: exit code 5"))
  }

  @Test func whatDiffersBetweenTwoRunsIsNamed() throws {
    let bench = try bench(["train.py": "echo $LR\n"])
    try bench.does("train", "-e", "LR=1", "-e", "API_KEY=abc", "train.py", "--", "a b")
    try bench.does("train", "-B", "-e", "LR=1", "-e", "API_KEY=abc", "train.py", "--", "a b")
    let same = try bench.does("runs", "diff", ids(bench)[1], "latest")
    #expect(same.output == "nothing differs but when they ran\n")
    try bench.write("train.py", "echo now $LR\nexit 2\n")
    _ = try bench.runctl("train", "-e", "LR=2", "-e", "API_KEY=xyz", "train.py", "--", "c")
    let other = try bench.runctl("runs", "diff", ids(bench)[1], "latest")
    #expect(other.code == 1)
    for line in [
      "  arguments: 'a b' → c\n", "  env LR: 1 → 2\n", "  env API_KEY: changed\n",
      "  result: exit code 0 → exit code 2\n", "COPY . .", "train.py",
    ] {
      #expect(other.output.contains(line), "\(line): \(other)")
    }
    #expect(other.output.contains("xyz") == false)
    let document = try json(bench.runctl("runs", "diff", ids(bench)[1], "latest", "--json"))
    let names = (document["differences"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    #expect(names?.contains("image") == true && names?.contains("env LR") == true)
  }

  @Test func aReplayHasTheSameImageWordsAndEnvironment() throws {
    let bench = try bench(["train.py": "echo first $1 $LR $API_KEY $NEW\nexit 4\n"])
    let words = ["train", "-e", "LR=0.1 x", "-e", "API_KEY=abc", "train.py", "--", "a 'b'"]
    #expect(try bench.start(words).wait().code == 4)
    let id = try #require(try ids(bench).first)
    try bench.write("train.py", "echo second\n")
    try bench.write(".runctl.toml", "[images.project.run]\nenv = { NEW = \"1\" }\n")
    let refused = try bench.runctl("runs", "replay", id)
    #expect(refused.code == 202)
    #expect(refused.errors.contains("-e API_KEY=…"))
    let again = try bench.runctl("runs", "replay", id, "-e", "API_KEY=abc")
    #expect(again.code == 4)
    #expect(again.output == "first a 'b' 0.1 x abc\n", "\(again)")
    let same = try bench.does("runs", "diff", id, "latest")
    #expect(same.output == "nothing differs but when they ran\n")
    #expect(try bench.does("runs", "show", "latest").output.contains("replayed        \(id)\n"))
    // The current train is none the wiser.
    #expect(try bench.does("train", "train.py").output.contains("second\n"))
  }

  @Test func ofAnImageThatIsGoneItIsSaidWhatToDo() throws {
    let bench = try bench(["train.py": "echo 1\n"])
    try bench.does("train", "train.py")
    bench.environment["RUNCTL_HOME"] = "\(bench.folder)/other"
    let result = try bench.runctl("runs", "replay", "latest")
    #expect(result.code == 202, "\(result)")
    #expect(result.errors.contains("[replay-image]"))
  }

  @Test(.enabled(if: Machine.has("git"), "git is needed"))
  func aRunIsBoundToItsCommit() throws {
    let bench = try bench(["train.py": "echo 1\n"])
    try commit(bench)
    try bench.does("train", "train.py")
    try bench.write("train.py", "echo 2\n")
    try bench.write(".env", "TOKEN=hidden\n")
    try bench.does("train", "train.py")
    let all = try ids(bench)
    let facts = try [0, 1].map { number in
      let shown = try json(bench.does("runs", "show", all[number], "--json"))
      return try #require(shown["facts"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }
    #expect(facts[1].contains("commit") && !facts[1].contains("commit.diff"))
    #expect(facts[0].contains("commit.diff"))
    let patch = try bench.read(".runctl/runs/\(all[0])/changes.patch")
    #expect(patch.contains("+echo 2\n"))
    #expect(patch.contains("hidden") == false)
    #expect(bench.has(".runctl/runs/\(all[1])/changes.patch") == false)
  }

  @Test(.enabled(if: Machine.has("git"), "git is needed"))
  func aRunBeginsWithoutGitsAnswer() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write([
      ".gitignore": "outputs\n", "train.py": "mkdir -p outputs; touch outputs/started\n",
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\"]\n",
    ])
    try commit(bench)
    // One that waits for the run, though not for ever: runctl gives it 10 seconds.
    let git = """
      #!/bin/sh
      while ! [ -e outputs/started ]; do sleep 0.05; done
      PATH=\(Machine.search) exec git "$@"

      """
    try FileTree.makeDirectories("\(bench.folder)/programs")
    try FileTree.replace(
      "\(bench.folder)/programs/git", with: Array(git.utf8), permissions: 0o755)
    bench.environment["PATH"] = "\(bench.folder)/programs:\(Machine.search)"
    try bench.does("train", "train.py")
    let shown = try json(bench.does("runs", "show", "--json"))
    let facts = try #require(shown["facts"] as? [[String: Any]]).compactMap {
      $0["name"] as? String
    }
    #expect(facts.contains("commit") && !facts.contains("commit.diff"), "\(facts)")
  }

  private func commit(_ bench: Workbench) throws {
    for words in [
      ["init", "-q"], ["add", "-A"],
      ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "1"],
    ] {
      let result = try Program(
        ["git"] + words, environment: bench.variables, directory: bench.project,
        scratch: bench.folder
      ).wait()
      try #require(result.succeeded, "\(result)")
    }
  }
}
