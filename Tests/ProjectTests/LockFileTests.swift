import Diagnostics
import OCI
import TestSupport
import Testing

@testable import Project

struct LockFileTests {
  private static let digest = "sha256:" + String(repeating: "ab", count: 32)
  private static let other = "sha256:" + String(repeating: "0c", count: 32)
  private static let time = "2026-11-24T15:20:00Z"
  private let whole: LockFile

  private static func base(
    _ name: String, _ platform: String = "linux/amd64", index: String? = nil
  ) throws -> LockEntry {
    let meaning = LockedMeaning.image(
      try #require(Digest(digest)), index: index.flatMap { Digest($0) })
    return LockEntry(
      name: .base(try #require(ImageReference(name)), try #require(Platform(platform))),
      meaning: meaning, locked: time)
  }

  init() throws {
    let commit = try #require(GitCommit(String(repeating: "1f", count: 20)))
    whole = LockFile([
      LockEntry(
        name: .repository(url: "https://example.com/a.git", ref: "main"),
        meaning: .commit(commit), locked: Self.time),
      LockEntry(
        name: .download(url: "https://example.com/\"q\"?a=\\b\u{1}é"),
        meaning: .content(try #require(Digest(Self.other))), locked: Self.time),
      try Self.base("python:3.11-slim", index: Self.other), try Self.base("alpine", "linux/arm64"),
      try Self.base("alpine"),
    ])
  }

  @Test func itIsWrittenInOrderAndReadBack() throws {
    let text = whole.text
    #expect(try LockFile.parse(SourceFile(name: ".runctl.lock", text: text)) == whole)
    #expect(try LockFile.parse(SourceFile(name: "x", text: text)).text == text)
    let names = text.split(separator: "\n").filter { $0.hasPrefix("name") || $0.hasPrefix("url") }
    #expect(
      names == [
        #"name = "docker.io/library/alpine:latest""#, #"name = "docker.io/library/alpine:latest""#,
        #"name = "docker.io/library/python:3.11-slim""#,
        #"url = "https://example.com/\"q\"?a=\\b\u0001é""#, #"url = "https://example.com/a.git""#,
      ])
    #expect(LockFile(whole.entries.reversed()).text == text)
  }

  @Test func anEmptyLockIsALock() throws {
    #expect(try LockFile.parse(SourceFile(name: "x", text: LockFile().text)) == LockFile())
  }

  /// Two people pin different names: git puts both tables into the file, in any order.
  @Test func whatGitMergesIsRead() throws {
    let (ours, theirs) = (LockFile([try Self.base("a")]), LockFile([try Self.base("b")]))
    let added = theirs.text.dropFirst(LockFile().text.count)
    let merged = try LockFile.parse(SourceFile(name: "x", text: ours.text + added))
    #expect(merged == LockFile(ours.entries + theirs.entries))
  }

  private static let ofImage = """
    name = "docker.io/library/a:1"
    platform = "linux/amd64"
    digest = "\(digest)"
    locked = \(time)
    """

  @Test(arguments: [
    ("lock-damaged", "«»base = 1"), ("lock-version", "version = «2»"),
    ("lock-version", "version = «\"1\"»"),
    ("lock-damaged", "version = 1\n«<<<<<<<» HEAD\n"),
    ("lock-damaged", "version = 1\n«bases» = []\n"),
    ("lock-damaged", "version = 1\nbase = [«1»]\n"),
    ("lock-damaged", "version = 1\n[[base]]\n\(ofImage)\n«more» = 1\n"),
    (
      "lock-damaged",
      "version = 1\n[[base]]\n" + ofImage.replacing("\"linux/amd64\"", with: "«\"a/b/c/d\"»")
    ),
    (
      "lock-damaged",
      "version = 1\n[[base]]\n" + ofImage.replacing("\"\(digest)\"", with: "«\"sha256:12\"»")
    ),
    (
      "lock-damaged",
      "version = 1\n[[base]]\n" + ofImage.replacing("\"docker.io/library/a:1\"", with: "«\"a:1\"»")
    ),
    (
      "lock-damaged", "version = 1\n[[base]]\n" + ofImage.replacing(time, with: "«\"\(time)\"»")
    ),
    (
      "lock-damaged",
      "version = 1\n[[git]]\nurl = \"u\"\nref = \"\"\ncommit = «\"main\"»\nlocked = \(time)\n"
    ),
  ])
  func damageHasItsPlace(_ id: String, _ marked: String) throws {
    let text = MarkedText(marked)
    let error = try #require(throws: DiagnosticList.self) { try LockFile.parse(text.file) }
    let first = try #require(error.diagnostics.first)
    #expect(first.id == id)
    #expect(first.help?.contains("runctl lock --update") == true)
    if !text.ranges[0].isEmpty {
      #expect(first.span?.range.lowerBound == text.ranges[0].lowerBound)
    }
  }

  @Test func aNameIsPinnedOnce() {
    let text = "version = 1\n[[base]]\n\(Self.ofImage)\n[[base]]\n\(Self.ofImage)\n"
    #expect(throws: DiagnosticList.self) {
      try LockFile.parse(SourceFile(name: "x", text: text))
    }
  }

  @Test(arguments: ["digest", "platform", "name", "locked"])
  func whatIsMissingIsTold(_ key: String) throws {
    let lines = Self.ofImage.split(separator: "\n").filter { !$0.hasPrefix(key) }
    let text = "version = 1\n[[base]]\n\(lines.joined(separator: "\n"))\n"
    let error = try #require(throws: DiagnosticList.self) {
      try LockFile.parse(SourceFile(name: "x", text: text))
    }
    #expect(error.diagnostics.map(\.message) == ["there is no '\(key)'"])
  }

  /// Anything at all in the file is read, or told to be damaged; nothing else happens.
  @Test func chanceDamageIsReadOrTold() throws {
    var generator = SeededGenerator(seed: 20_261_124)
    let text = Array(whole.text.utf8)
    for _ in 0..<500 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: 0...255, using: &generator)
      }
      do {
        let file = try LockFile.parse(SourceFile(name: "x", bytes: bytes))
        #expect(try LockFile.parse(SourceFile(name: "x", text: file.text)) == file)
      } catch {
        #expect(error.diagnostics.allSatisfy { $0.severity == .error })
      }
    }
  }

  @Test func aFileWithTheSameBytesIsLeft() throws {
    let scratch = try ScratchDirectory()
    #expect(try LockFile.read(in: scratch.path) == nil)
    #expect(try whole.write(in: scratch.path))
    #expect(try !whole.write(in: scratch.path))
    #expect(try LockFile.read(in: scratch.path) == whole)
  }
}
