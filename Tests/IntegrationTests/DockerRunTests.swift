import FileSystem
import Foundation
import Testing

/// Trains by a real Docker daemon.
@Suite(.serialized, .enabled(if: Machine.canStartDocker, "\(Machine.needsDocker)"))
struct DockerRunTests {
  @Test func theContractIsTheSame() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let daemon = try DockerDaemon(in: bench, trusting: RegistryServer(in: bench))
    bench.environment["DOCKER_HOST"] = daemon.socket
    bench.environment["API_TOKEN"] = "another"
    try bench.write([
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\", \"model.bin\"]\n",
      "train.py": """
      printf '%s|%s|%s\\n' "$1" "$ODD" "$API_TOKEN"
      echo err >&2
      echo model >model.bin
      echo metrics >outputs/metrics
      exit ${2:-0}

      """,
    ])
    let odd = "a'b\"c\nd $HOME `x` \\ ü"
    let options = ["train", "--engine", "docker", "-e", "ODD=\(odd)", "-e", "API_TOKEN=s e"]
    let first = try bench.start(options + ["train.py", "--", "x y\n$(z)"]).wait()
    #expect(first.code == 0, "\(first)")
    #expect(first.output.contains("x y\n$(z)|\(odd)|s e\n"), "\(first)")
    #expect(first.errors.contains("handing the image"))
    #expect(try bench.read("model.bin") == "model\n")
    #expect(try bench.read("outputs/metrics") == "metrics\n")
    let again = try bench.start(options + ["train.py", "--", "x y\n$(z)"]).wait()
    #expect(again.output.contains("train train.py: up to date"), "\(again)")

    let failed = try bench.start(options + ["train.py", "--", "x", "3"]).wait()
    #expect(failed.code == 3, "\(failed)")
    #expect(failed.errors.contains("handing the image") == false)

    try bench.write("long.py", "sleep 60\n")
    let late = try bench.runctl("train", "--engine", "docker", "--timeout", "1s", "long.py")
    #expect(late.code == 124, "\(late)")
    try bench.write("big.py", "exec tail -c 200000000 /dev/zero\n")
    let big = try bench.runctl("train", "--engine", "docker", "--memory", "40MB", "big.py")
    #expect(big.code == 137, "\(big)")
    #expect(big.errors.contains("more memory than there was"))
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")
  }

  @Test func outputsAreTheUsersAndWhatWasWritten() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let daemon = try DockerDaemon(in: bench, trusting: RegistryServer(in: bench))
    bench.environment["DOCKER_HOST"] = daemon.socket
    let user = """
      RUN echo app:x:1234:1235::/workspace:/bin/sh >>/etc/passwd && echo image >/workspace/old.bin
      USER app

      """
    try bench.write([
      "Dockerfile": ExampleProject.dockerfile + user,
      ".runctl.toml": "[images.project.run]\noutputs = [\"results\", \"old.bin\"]\n",
      "train.py": "echo made >results/made\nid -u\n", "old.bin": "newer\n",
    ])
    let first = try bench.start(["train", "--engine", "docker", "train.py"]).wait()
    #expect(first.code == 0, "\(first)")
    #expect(first.output.contains("1234\n"))
    #expect(try bench.read("results/made") == "made\n")
    #expect(try bench.read("old.bin") == "newer\n")
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")
  }

  @Test func theContainerOfALostRunIsStopped() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let daemon = try DockerDaemon(in: bench, trusting: RegistryServer(in: bench))
    bench.environment["DOCKER_HOST"] = daemon.socket
    try bench.write([
      ".runctl.toml": "[images.project.run]\noutputs = [\"model.bin\"]\n",
      "train.py": """
      trap 'echo asked; echo model >model.bin; exit 0' TERM
      echo begun
      sleep 600 & wait

      """,
    ])
    let id = try detach("train.py", in: bench)
    let container = "runctl-\(id)"
    func isRunning() throws -> Bool {
      try daemon.docker("ps", "--quiet", "--filter", "name=\(container)").output != ""
    }
    try #require(eventually { log(of: id, in: bench) == "begun\n" })
    try killSupervisor(of: id, in: bench)
    try #require(eventually { try bench.does("runs", "show", id).output.contains("lost") })

    // It writes to the outputs that the next one writes to.
    let next = try bench.runctl("train", "--engine", "docker", "train.py")
    #expect(next.errors.contains("[container-goes-on]"), "\(next)")
    #expect(next.errors.contains("runctl stop \(id)"))
    #expect(try isRunning())

    #expect(try bench.does("stop", id).output.contains("stopped and removed"))
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")
    #expect(log(of: id, in: bench) == "begun\nasked\n")
    #expect(try bench.read("model.bin") == "model\n")

    // One that ended without anybody makes room, and what it made is not in the project's way.
    let other = try detach("train.py", in: bench)
    try #require(eventually { log(of: other, in: bench) == "begun\n" })
    try killSupervisor(of: other, in: bench)
    try #require(daemon.docker("stop", "runctl-\(other)").succeeded)
    try bench.write(["model.bin": "mine\n", "next.py": "echo next\n"])
    let after = try bench.runctl("train", "--engine", "docker", "next.py")
    #expect(after.code == 0, "\(after)")
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")
    #expect(log(of: other, in: bench) == "begun\nasked\n")
    #expect(try bench.read(".runctl/runs/\(other)/outputs/model.bin") == "model\n")
    #expect(try bench.read("model.bin") == "mine\n")

    // Nor is that of one which is ended after a newer run.
    let last = try detach("train.py", in: bench)
    try #require(eventually { log(of: last, in: bench) == "begun\n" })
    try killSupervisor(of: last, in: bench)
    try bench.write("newer.py", "echo newer\n")
    let newer = try bench.runctl("train", "newer.py")
    #expect(newer.code == 0, "\(newer)")
    let stopped = try bench.runctl("stop", last)
    #expect(stopped.output.contains("stopped and removed"), "\(stopped)")
    #expect(stopped.errors.contains("it is kept in"), "\(stopped)")
    #expect(try bench.read(".runctl/runs/\(last)/outputs/model.bin") == "model\n")
    #expect(try bench.read("model.bin") == "mine\n")
  }

  /// The daemon's program may die, and its container goes on.
  @Test func aRunEndsWithItsContainer() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let daemon = try DockerDaemon(in: bench, trusting: RegistryServer(in: bench))
    bench.environment["DOCKER_HOST"] = daemon.socket
    try bench.write([
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\", \"model.bin\"]\n",
      "train.py": """
      echo begun; echo sorry >&2
      while [ ! -e outputs/go ]; do sleep 0.1; done
      echo over; echo model >model.bin
      exit 3

      """,
    ])
    let id = try detach("train.py", in: bench)
    try #require(eventually { log(of: id, in: bench).count == 12 })
    try clients(with: "runctl-\(id)").forEach { kill($0, SIGKILL) }
    usleep(1_000_000)
    #expect(try bench.does("runs", "show", id).output.contains("running"))
    #expect(try daemon.docker("ps", "--quiet").output != "")
    try bench.write("outputs/go", "")
    let ended = try bench.runctl("attach", id)
    #expect(ended.code == 3, "\(ended)")
    let printed = log(of: id, in: bench)
    #expect(printed.count == 17 && printed.hasSuffix("over\n"), "\(printed)")
    #expect(try bench.read("model.bin") == "model\n")

    // The container of a run that was given up is still asked for what it made.
    let images = try daemon.docker("images", "--all", "--quiet").output.split(separator: "\n")
    let image = try #require(images.first.map(String.init))
    try #require(
      daemon.docker(
        "run", "--name", "runctl-\(id)", "--network", "none", "--entrypoint", "/bin/sh", image,
        "-c", "echo more"
      ).succeeded)
    #expect(try bench.does("stop", id).output.contains("it was over"))
    #expect(log(of: id, in: bench).hasPrefix(printed))
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")

    // Who asks before there is a container is heard as well.
    try bench.write("long.py", "trap '' INT\nwhile true; do sleep 0.1; done\n")
    let early = try bench.start(["train", "--engine", "docker", "long.py"])
    try #require(eventually { try !clients(with: bench.project).isEmpty })
    early.kill(SIGINT)
    usleep(50_000)
    early.kill(SIGINT)
    #expect(try early.wait().code == 130)
    #expect(try daemon.docker("ps", "--all", "--quiet").output == "")
  }

  private func detach(_ script: String, in bench: Workbench) throws -> String {
    let started = try bench.start(["train", "--engine", "docker", "--detach", script]).wait()
    return try #require(started.output.split(separator: "\n").last.map(String.init), "\(started)")
  }

  private func log(of id: String, in bench: Workbench) -> String {
    (try? bench.read(".runctl/runs/\(id)/log")) ?? ""
  }

  /// Each `docker run` with a word that begins like this.
  private func clients(with word: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { process in
      guard let number = pid_t(process),
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
      else { return nil }
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      let isMeant = words.dropFirst().first == "run" && words.contains { $0.hasPrefix(word) }
      return isMeant ? number : nil
    }
  }

  /// The one process that has the run's lock open.
  private func killSupervisor(of id: String, in bench: Workbench) throws {
    let lock = "\(bench.project)/.runctl/runs/\(id)/lock"
    for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
      guard let number = pid_t(process) else { continue }
      let folder = "/proc/\(process)/fd"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let isOpen = names.contains {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == lock
      }
      if isOpen { kill(number, SIGKILL) }
    }
  }

  @Test func aDaemonThatIsNotThereIsNoFailureOfTheScript() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    bench.environment["DOCKER_HOST"] = "unix:///nowhere"
    let result = try bench.runctl("train", "--engine", "docker", "train.py")
    #expect(result.code == 208, "\(result)")
    #expect(result.errors.contains("[no-docker-daemon]"))
  }
}
