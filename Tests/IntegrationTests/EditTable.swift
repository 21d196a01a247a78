import FileSystem
import Foundation
import Testing

/// What a change to a project leads to.
struct Edit: Sendable, CustomTestStringConvertible {
  let name: String
  /// Lines that say why; none when nothing has to be done.
  let reasons: [String]
  var options: [String] = []
  /// What the base has beside the usual.
  var base: [String: String] = [:]
  /// Files that are written before the first build, beside those of the example.
  var files: [String: String] = [:]
  let change: @Sendable (Workbench) throws -> Void

  var testDescription: String { name }
  /// Whether the times of files are all that shows it, if anything does.
  var isHidden: Bool {
    name.hasPrefix("content in place") || name.hasPrefix("the Dockerfile, with")
  }

  init(
    _ name: String, _ reasons: String..., options: [String] = [], base: [String: String] = [:],
    files: [String: String] = [:], change: @escaping @Sendable (Workbench) throws -> Void
  ) {
    (self.name, self.reasons, self.options) = (name, reasons, options)
    (self.base, self.files, self.change) = (base, files, change)
  }

  private static let followed = [
    "Dockerfile": "FROM base:1\nCOPY alias /a\nCOPY way/digits.csv /b\nCOPY data other /c/\n",
    "other/digits.csv": "another\n",
  ]
  private static let patterns = [
    "Dockerfile": "FROM base:1 AS unused\nCOPY train.py .\nFROM base:1\nCOPY data/*.csv /c/\n"
  ]

  static let all: [Edit] = [
    Edit("content, newer", "train.py was edited") {
      try $0.write("train.py", "echo something else\n")
    },
    Edit("content, older", "train.py was edited") {
      try $0.write("train.py", "echo something else\n")
      $0.setTime(of: "train.py", to: 1_000_000_000)
    },
    Edit("content, with the same size and time", "data/labels.csv was edited") {
      let time = $0.status(of: "data/labels.csv").st_mtim.tv_sec
      try $0.write("data/labels.csv", "5\n")
      $0.setTime(of: "data/labels.csv", to: time)
    },
    Edit("content in place, with the same size, time and inode", "data/labels.csv was edited") {
      try $0.overwrite("data/labels.csv", "5\n")
    },
    Edit("only touched") { $0.setTime(of: "train.py", to: 1_000_000_000) },
    Edit("written again as it was") { try $0.write("train.py", $0.read("train.py")) },
    Edit("a folder touched") { $0.setTime(of: "data", to: 1_000_000_000) },
    Edit("a file more", "data/more.csv is new") { try $0.write("data/more.csv", "7\n") },
    Edit("a file less", "data/labels.csv is gone") { try $0.remove("data/labels.csv") },
    Edit("a file renamed", "data/labels.csv is gone", "data/names.csv is new") {
      rename("\($0.project)/data/labels.csv", "\($0.project)/data/names.csv")
    },
    Edit("an empty folder more", "empty is new") {
      try FileTree.makeDirectories("\($0.project)/empty")
    },
    Edit("made executable", "train.py has other permissions") {
      chmod("\($0.project)/train.py", 0o755)
    },
    Edit("a link that leads elsewhere", "link leads elsewhere") {
      try $0.remove("link")
      symlink("data/labels.csv", "\($0.project)/link")
    },
    Edit(
      "a file that becomes a folder", "data/labels.csv is of another type",
      "data/labels.csv/a is new"
    ) {
      try $0.remove("data/labels.csv")
      try $0.write("data/labels.csv/a", "1\n")
    },
    Edit(
      "a build argument", "argument GREETING changed: hello → goodbye",
      options: ["--build-arg", "GREETING=goodbye"]
    ) { _ in },
    Edit("a label", "label team is new: vision", options: ["--label", "team=vision"]) { _ in },
    Edit("a target", "it was never built", options: ["--target", "builder"]) { _ in
    },
    Edit("requirements", "requirements.txt was edited") {
      try $0.write("requirements.txt", "numpy==2.0.0\n")
    },
    Edit("the Dockerfile's instructions", "Dockerfile was edited") {
      try $0.write("Dockerfile", ExampleProject.dockerfile + "LABEL more=yes\n")
    },
    Edit("ignore rules that take a file away", "data/labels.csv is gone") {
      try $0.write(".dockerignore", "data/labels.csv\n.dockerignore\n")
    },
    Edit("a base imported again", "base base:1 changed: ", base: ["etc/release": "2\n"]) {
      try $0.importBase(extra: ["etc/release": "2\n"])
    },
    Edit("a base imported again as it was") { try $0.importBase() },
    Edit("a file that another of the same size and time replaces", "data/labels.csv was edited") {
      let time = $0.status(of: "data/labels.csv").st_mtim.tv_sec
      try $0.write("data/other.csv", "6\n")
      $0.setTime(of: "data/other.csv", to: time)
      rename("\($0.project)/data/other.csv", "\($0.project)/data/labels.csv")
    },
    Edit("two files swapped", "data/digits.csv was edited", "data/labels.csv was edited") {
      let (one, two) = ("\($0.project)/data/digits.csv", "\($0.project)/data/labels.csv")
      rename(one, one + ".swap")
      rename(two, one)
      rename(one + ".swap", two)
    },
    Edit(
      "a folder renamed", "data/labels.csv is gone", "data is gone", "input is new",
      "data/digits.csv is gone", "input/digits.csv is new", "and 1 more file changed"
    ) {
      rename("\($0.project)/data", "\($0.project)/input")
    },
    Edit("a second name of a file", "data/same.csv is new") {
      link("\($0.project)/data/labels.csv", "\($0.project)/data/same.csv")
    },
    Edit("a link that leads nowhere", "link leads elsewhere") {
      try $0.remove("link")
      symlink("nowhere", "\($0.project)/link")
    },
    Edit("a link that becomes a file", "link is of another type") {
      try $0.remove("link")
      try $0.write("link", "1,2,3\n")
    },
    Edit("a command", "Dockerfile was edited") {
      try $0.write(
        "Dockerfile",
        ExampleProject.dockerfile.replacing("pip install --user", with: "pip install -U --user"))
    },
    Edit("an argument's default", "Dockerfile was edited", "argument GREETING changed: hello → hi")
    {
      try $0.write(
        "Dockerfile", ExampleProject.dockerfile.replacing("GREETING=hello", with: "GREETING=hi"))
    },
    Edit("an argument that nothing declares", options: ["--build-arg", "NOTHING=1"]) { _ in },
    Edit("an ignore file for what is not there", ".dockerignore is new") {
      try $0.write(".dockerignore", "*.pyc\n")
    },
    Edit("an ignore file that changes nothing") {
      try $0.write(".dockerignore", "*.pyc\n.dockerignore\n")
    },
    Edit(
      "ignore rules with an exception", "data/digits.csv is gone"
    ) {
      try $0.write(".dockerignore", "data/*\n!data/labels.csv\n.dockerignore\n")
    },
    Edit(
      "ignore rules, with the same size, time and inode", "data/digits.csv is gone",
      "data/labels.csv is new", files: [".dockerignore": "data/labels.csv\n.dockerignore\n"]
    ) {
      try $0.overwrite(".dockerignore", "data/digits.csv\n.dockerignore\n")
    },
    Edit(
      "an ignore file that takes the place of another", "data/labels.csv is new",
      files: [".dockerignore": "data/labels.csv\n*ignore\n"]
    ) {
      try $0.write("Dockerfile.dockerignore", "*ignore\n")
    },
    Edit(
      "the Dockerfile, with the same size, time and inode", "Dockerfile was edited",
      "argument GREETING changed: hello → hallo"
    ) {
      try $0.overwrite(
        "Dockerfile", ExampleProject.dockerfile.replacing("GREETING=hello", with: "GREETING=hallo"))
    },
    Edit(
      "configuration, with the same size, time and inode", "argument GREETING changed: abc → xyz",
      files: [".runctl.toml": "[images.project]\nbuild_args = [\"GREETING=abc\"]\n"]
    ) {
      try $0.overwrite(
        ".runctl.toml", "[images.project]\nbuild_args = [\"GREETING=xyz\"]\n")
    },
    Edit(
      "a followed link that leads to another file that is used, too", "alias leads elsewhere",
      files: followed
    ) {
      try $0.remove("alias")
      symlink("data/labels.csv", "\($0.project)/alias")
    },
    Edit(
      "a link on the way that leads to another folder that is used, too", "way leads elsewhere",
      files: followed
    ) {
      try $0.remove("way")
      symlink("other", "\($0.project)/way")
    },
    Edit("what no pattern matches", files: patterns) { try $0.write("data/more.txt", "7\n") },
    Edit("what a pattern matches", "data/more.csv is new", files: patterns) {
      try $0.write("data/more.csv", "7\n")
    },
    Edit("what another stage uses that nothing needs", files: patterns) {
      try $0.write("train.py", "echo something else\n")
    },
    Edit("configuration that says nothing new") {
      try $0.write(".runctl.toml", "[project]\nname = \"project\"\n")
    },
  ]
}

extension Workbench {
  /// Changes a file's bytes and nothing that `ls` shows.
  func overwrite(_ path: String, _ text: String) throws {
    let before = status(of: path)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(project)/\(path)"))
    try handle.write(contentsOf: Array(text.utf8))
    try handle.close()
    var times = [before.st_atim, before.st_mtim]
    utimensat(AT_FDCWD, "\(project)/\(path)", &times, AT_SYMLINK_NOFOLLOW)
  }
}
