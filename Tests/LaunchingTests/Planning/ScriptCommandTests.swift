import OCI
import Testing

@testable import Launching

struct ScriptCommandTests {
  @Test func inAnUnknownImageThePythonIsChosenThere() {
    let finder = ImagePrograms(tree: RootTree(layers: []), path: "/bin", isKnown: false)
    #expect(finder.python.prefix(2) == ["sh", "-c"])
    #expect(finder.python.last == "sh", "what follows is $1, $2, and so on")
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var entrypoint: [String] = []
    var command: [String] = []
    var script = "app/train.py"
    var firstLine = ""
    var isExecutable = false
    let expected: String

    var testDescription: String { "\(entrypoint) \(command) \(script): \(expected)" }
  }

  @Test(arguments: [
    Row(expected: "python /app/train.py -x"),
    // What CMD shows.
    Row(command: ["python3"], expected: "python3 /app/train.py -x"),
    Row(command: ["python", "train.py"], expected: "python /app/train.py -x"),
    Row(
      command: ["python3", "-u", "old.py", "--epochs", "3"], expected: "python3 -u /app/train.py -x"
    ),
    Row(
      command: ["python", "-X", "dev", "-m", "train"], expected: "python -X dev /app/train.py -x"),
    Row(
      command: ["/opt/venv/bin/python3.11", "serve.py"],
      expected: "/opt/venv/bin/python3.11 /app/train.py -x"),
    Row(
      command: ["torchrun", "--nproc_per_node=2", "old.py"],
      expected: "torchrun --nproc_per_node=2 /app/train.py -x"),
    Row(
      command: ["accelerate", "launch", "--config_file", "a.yaml", "old.py"],
      expected: "accelerate launch --config_file a.yaml /app/train.py -x"),
    Row(command: ["uv", "run", "python", "old.py"], expected: "uv run python /app/train.py -x"),
    Row(
      command: ["nice", "-n", "5", "python", "a.py"], expected: "nice -n 5 python /app/train.py -x"),
    Row(command: ["bash"], expected: "python /app/train.py -x"),
    Row(command: ["bash", "start.sh"], expected: "python /app/train.py -x"),
    Row(command: ["nginx", "-g", "daemon off;"], expected: "python /app/train.py -x"),
    // CMD in shell form.
    Row(
      command: ["/bin/sh", "-c", "python3 -u old.py --epochs 3"],
      expected: "python3 -u /app/train.py -x"),
    Row(
      command: ["/bin/sh", "-c", "cd src && exec python3 'old.py'"],
      expected: "python3 /app/train.py -x"),
    Row(
      command: ["/bin/bash", "-o", "pipefail", "-c", "A=1 python old.py | tee log"],
      expected: "env A=1 python /app/train.py -x"),
    Row(command: ["/bin/sh", "-c", "$PYTHON old.py"], expected: "python /app/train.py -x"),
    // ENTRYPOINT.
    Row(entrypoint: ["python"], expected: "python /app/train.py -x"),
    Row(entrypoint: ["python", "-u"], command: ["old.py"], expected: "python -u /app/train.py -x"),
    Row(entrypoint: ["python", "old.py"], expected: "python /app/train.py -x"),
    Row(
      entrypoint: ["python", "train.py", "--config", "c"],
      expected: "python train.py --config c -x"),
    Row(
      entrypoint: ["python", "-u", "wrap.py"], command: ["python", "train.py"],
      expected: "python -u wrap.py python /app/train.py -x"),
    Row(entrypoint: ["./train.py"], expected: "./train.py -x"),
    Row(entrypoint: ["tini", "--"], expected: "tini -- python /app/train.py -x"),
    Row(
      entrypoint: ["tini", "--"], command: ["python3", "old.py"],
      expected: "tini -- python3 /app/train.py -x"),
    Row(entrypoint: ["tini", "--", "python"], expected: "tini -- python /app/train.py -x"),
    Row(
      entrypoint: ["/entrypoint.sh"], command: ["python3", "old.py"],
      expected: "/entrypoint.sh python3 /app/train.py -x"),
    Row(
      entrypoint: ["bash", "/entrypoint.sh"],
      expected: "bash /entrypoint.sh python /app/train.py -x"),
    // ENTRYPOINT in shell form.
    Row(
      entrypoint: ["/bin/sh", "-c", "python3 old.py"], expected: "python3 /app/train.py -x"),
    Row(
      entrypoint: ["/bin/sh", "-c", "setup; exec \"$@\""],
      expected: "/bin/sh -c setup; exec \"$@\" sh python /app/train.py -x"),
    Row(
      entrypoint: ["/bin/bash", "-lc"], command: ["python3 old.py"],
      expected: "/bin/bash -lc python /app/train.py -x"),
    // Scripts of other kinds.
    Row(script: "app/run.sh", expected: "sh /app/run.sh -x"),
    Row(script: "app/run.sh", firstLine: "#!/bin/sh -e", expected: "sh /app/run.sh -x"),
    Row(script: "app/run.sh", firstLine: "#!/usr/bin/env bash", expected: "bash /app/run.sh -x"),
    Row(command: ["python", "a.py"], script: "app/run.sh", expected: "sh /app/run.sh -x"),
    Row(entrypoint: ["python", "-u"], script: "app/run.sh", expected: "sh /app/run.sh -x"),
    Row(
      entrypoint: ["tini", "--", "python", "a.py"], script: "app/run.sh",
      expected: "tini -- sh /app/run.sh -x"),
    Row(
      script: "app/train", firstLine: "#!/usr/bin/perl", isExecutable: true,
      expected: "/app/train -x"),
    Row(
      script: "app/train", firstLine: "#!/usr/bin/env perl  ",
      expected: "/usr/bin/env perl /app/train -x"),
    Row(command: ["python3"], script: "app/train", expected: "python3 /app/train -x"),
  ])
  func words(_ row: Row) throws {
    #expect(try command(row, "-x").joined(separator: " ") == row.expected)
  }

  private func command(
    _ row: Row, _ arguments: String..., tree: RootTree = RootTree(layers: [])
  ) throws -> [String] {
    let image = image(
      entrypoint: row.entrypoint, command: row.command, workingDirectory: "/app", tree: tree)
    let script = LaunchScript(
      place: TreePath(row.script), firstLine: row.firstLine, isExecutable: row.isExecutable)
    return try ScriptCommand(
      image: image.execution, finder: ImagePrograms(tree: tree, path: "/usr/bin:/bin")
    ).words(for: script, arguments: arguments)
  }

  @Test func entrypointThatWouldNotHear() {
    let row = Row(entrypoint: ["/bin/sh", "-c", "gunicorn app"], expected: "")
    #expect(throws: LaunchError.entrypointTakesNoArguments(text: "gunicorn app")) {
      try command(row)
    }
  }

  @Test func argumentsOfALineAreQuoted() throws {
    let row = Row(entrypoint: ["bash", "-c"], expected: "")
    #expect(
      try command(row, "a b", "it's", "$HOME", "") == [
        "bash", "-c", "python /app/train.py 'a b' 'it'\\''s' '$HOME' ''",
      ])
  }

  @Test(arguments: [
    (["usr/bin/python3*"], "python3"), (["usr/bin/python3*", "bin/python*"], "python"),
    (["usr/bin/python3.11*", "usr/bin/python3 -> python3.11"], "python3"),
    (["opt/python3*"], "python"), (["usr/bin/python3"], "python"), ([], "python"),
  ])
  func pythonOfTheImage(names: [String], expected: String) throws {
    let layers = names.map { tree($0) }
    // One tree with all of them.
    let entries = layers.flatMap { $0.descendants(of: .root) }
    let whole = RootTree(layers: [LayerIndex(entries)])
    #expect(try command(Row(expected: ""), tree: whole).first == expected)
  }
}
