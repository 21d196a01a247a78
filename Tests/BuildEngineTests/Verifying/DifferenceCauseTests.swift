import OCI
import Testing

@testable import BuildEngine

/// Two builds of one file, and what a person would say about them.
@Suite struct DifferenceCauseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    let first: [UInt8]?
    let second: [UInt8]?
    let kind: DifferenceCause.Kind
    var evidence = ""
    var differing: [String] = []

    init(
      _ name: String, at path: String, _ first: [UInt8]?, _ second: [UInt8]?,
      _ kind: DifferenceCause.Kind, _ evidence: String = "", differing: [String] = []
    ) {
      self.name = name
      self.path = path
      (self.first, self.second) = (first, second)
      self.kind = kind
      self.evidence = evidence
      self.differing = differing
    }

    init(
      _ name: String, at path: String, _ first: String, _ second: String,
      _ kind: DifferenceCause.Kind, _ evidence: String = "", differing: [String] = []
    ) {
      self.init(
        name, at: path, Array(first.utf8), Array(second.utf8), kind, evidence, differing: differing)
    }

    var testDescription: String { name }
  }

  // 2026-11-24T15:30:00Z, and a minute later.
  static let times: [Int64] = [1_795_534_200, 1_795_534_260]

  static let texts: [Case] = [
    Case(
      "date", at: "stamp", "Tue Nov 24 15:30:01 UTC 2026\n", "Tue Nov 24 15:31:02 UTC 2026\n",
      .timeStamp, "15:30:01 → 15:31:02"),
    Case(
      "seconds since 1970", at: "stamp", "built 1795534201\n", "built 1795534262\n", .timeStamp,
      "1795534201 → 1795534262"),
    Case(
      "ISO 8601 in JSON", at: "build.json", #"{"at": "2026-11-24T15:30:01", "n": 1}"#,
      #"{"at": "2026-11-24T15:31:02", "n": 1}"#, .timeStamp),
    Case(
      "a line more", at: "log", "start 15:30:01\nend\n", "start 15:31:02\nslow\nend\n", .timeStamp),
    Case("duration", at: "log", "done in\n1.25s\n", "done in\n1.31s\n", .timeStamp),
    Case("apt's log", at: "var/log/apt/history.log", "a", "b", .packageManagerLog),
    Case("dpkg's log", at: "var/log/dpkg.log", "2026", "2027", .packageManagerLog),
    Case("pip's cache", at: "root/.cache/pip/http/1/2", "a", "b", .packageManagerLog),
    Case(
      "UUID", at: "id", "0b6f3c52-9f0e-4f4a-8a3f-5f8a1b1c2d3e\n",
      "7d3c9a10-1b2c-4d5e-9f60-718293a4b5c6\n", .randomness),
    Case(
      "hexadecimal", at: "key", "seed=9f86d081884c7d65\n", "seed=2c26b46b68ffc68f\n", .randomness),
    Case("a drawn number", at: "seed", "seed 48213\n", "seed 91734\n", .randomness),
    Case(
      "dpkg's list", at: "var/lib/dpkg/status", "Package: a\nVersion: 1.2-3\n",
      "Package: a\nVersion: 1.3-1\n", .unpinnedPackage, "1.2-3 → 1.3-1"),
    Case(
      "a distribution", at: "usr/lib/python3/site-packages/requests/__init__.py", "a = 1\n",
      "a = 2\n", .unpinnedPackage, "requests 2.31.0 → 2.32.0",
      differing: [
        "usr/lib/python3/site-packages/requests-2.31.0.dist-info/METADATA",
        "usr/lib/python3/site-packages/requests-2.32.0.dist-info/METADATA",
      ]),
    Case("lines", at: "list", "a.py\nb.py\nc.py\n", "c.py\na.py\nb.py\n", .listingOrder),
    Case("JSON", at: "list", #"["a", "b", "c"]"#, #"["b", "a", "c"]"#, .listingOrder),
    Case("host", at: "etc/built-on", "on first-host\n", "on other-host\n", .hostName),
    Case("locale", at: "info", "lang=\n", "lang=de_DE.UTF-8\n", .locale),
    Case("zone", at: "info", "zone \n", "zone Asia/Kathmandu\n", .timeZone),
    Case("anything", at: "x", "value is small\n", "value is large\n", .unknown),
  ]

  static let bytes: [Case] = [
    Case(
      "the source's time", at: "a/__pycache__/x.cpython-311.pyc", python(time: 1, code: 7),
      python(time: 2, code: 7), .compiledPython, "only the recorded time of its source differs"),
    Case(
      "Python's code", at: "x.pyc", python(time: 1, code: 7), python(time: 1, code: 8),
      .compiledPython, "its code differs"),
    Case(
      "seconds in binary", at: "state", [0, 1, 2, 3] + binary(times[0] + 1) + [9],
      [0, 1, 2, 3] + binary(times[1] + 1) + [9], .timeStamp),
    Case("drawn bytes", at: "salt", noise(1), noise(2), .randomness),
    Case("a drawn name", at: "tmp/tmpk3x9Qz1a", [1], nil, .randomness),
    Case("a dated name", at: "log/run-20261124.txt", nil, [1], .timeStamp),
    Case("tar with times", at: "x.tar", tar(["a", "b"], 5), tar(["a", "b"], 6), .archiveTimes),
    Case("tar in order", at: "x.tar", tar(["a", "b"], 5), tar(["b", "a"], 5), .listingOrder),
    Case(
      "zip with times", at: "x.whl", zip(["a"], 5), zip(["a"], 6), .archiveTimes, "the time of 'a'"),
    Case("zip in order", at: "x.zip", zip(["a", "b"], 5), zip(["b", "a"], 5), .listingOrder),
    Case(
      "gzip", at: "x.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4] + [UInt8](repeating: 9, count: 20),
      [0x1f, 0x8b, 8, 0, 5, 6, 7, 8] + [UInt8](repeating: 9, count: 20), .archiveTimes,
      "the time in gzip's header"),
  ]

  @Test(arguments: texts + bytes)
  func cause(_ test: Case) {
    let found = DifferenceCause.find(in: file(test))
    #expect(found.kind == test.kind)
    if !test.evidence.isEmpty { #expect(found.evidence == test.evidence) }
    #expect(!found.remedy.isEmpty)
  }

  @Test(arguments: [
    (0o644, 0o664, DifferenceCause.Kind.checkoutModes), (0o755, 0o700, .checkoutModes),
    (0o644, 0o755, .unknown), (0o644, 0o4755, .unknown),
  ])
  func modes(_ first: UInt16, _ second: UInt16, _ kind: DifferenceCause.Kind) {
    let path = TreePath("a")
    let versions = [first, second].map {
      FileVersions.Version(
        entry: LayerEntry(path: path, kind: .file, permissions: $0), content: [])
    }
    let file = FileVersions(
      path: path, first: versions[0], second: versions[1], firstMoment: Self.moment(0),
      secondMoment: Self.moment(1), differing: [path])
    #expect(DifferenceCause.find(in: file).kind == kind)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01"), (1_795_534_200, "2026-11-24"), (951_782_400, "2000-02-29"),
    (-1, "1969-12-31"), (4_107_542_399, "2100-02-28"),
  ])
  func calendar(_ seconds: Int64, _ text: String) {
    #expect(CalendarDate(secondsSince1970: seconds).forms[0] == text)
  }

  // MARK: What is compared

  private func file(_ test: Case) -> FileVersions {
    let path = TreePath(test.path)
    func version(_ content: [UInt8]?) -> FileVersions.Version? {
      content.map {
        var entry = LayerEntry(path: path, kind: .file, permissions: 0o644)
        entry.size = Int64($0.count)
        entry.content = SHA256.digest(of: $0)
        return .init(entry: entry, content: $0)
      }
    }
    return FileVersions(
      path: path, first: version(test.first), second: version(test.second),
      firstMoment: Self.moment(0), secondMoment: Self.moment(1),
      differing: Set(test.differing.map { TreePath($0) } + [path]))
  }

  private static func moment(_ number: Int) -> FileVersions.Moment {
    let surroundings =
      number == 0
      ? Surroundings(hostname: "first-host")
      : Surroundings(
        hostname: "other-host", environment: ["LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"])
    return .init(
      began: times[number], ended: times[number] + 30, surroundings: surroundings)
  }

  private static func python(time: UInt8, code: UInt8) -> [UInt8] {
    [0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, time, 0, 0, 0, 5, 0, 0, 0]
      + [UInt8](repeating: code, count: 30)
  }

  private static func binary(_ seconds: Int64) -> [UInt8] {
    withUnsafeBytes(of: UInt32(seconds).littleEndian) { Array($0) }
  }

  private static func noise(_ seed: UInt8) -> [UInt8] {
    SHA256.digest(of: [seed]).bytes + SHA256.digest(of: [seed, seed]).bytes
  }

  /// The list of a zip file, behind its first bytes.
  private static func zip(_ names: [String], _ time: UInt8) -> [UInt8] {
    func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    var entries: [UInt8] = []
    for name in names {
      entries += [0x50, 0x4b, 1, 2] + zeros(8) + [time, 0, 0, 0] + zeros(12)
      entries += [UInt8(name.utf8.count), 0] + zeros(16) + Array(name.utf8)
    }
    let count = UInt8(names.count)
    let head: [UInt8] = [0x50, 0x4b, 3, 4]
    let end: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, count, 0, count, 0]
    return head + entries + end + [UInt8(entries.count), 0, 0, 0, 4, 0, 0, 0, 0, 0]
  }

  /// A tar archive of empty files.
  ///
  /// Source: POSIX.1-2017, pax, "ustar Interchange Format".
  private static func tar(_ names: [String], _ time: Int) -> [UInt8] {
    names.flatMap { name in
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, _ offset: Int) {
        header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
      }
      put(name, 0)
      put("0000644\0" + "0000000\0" + "0000000\0" + "00000000000\0", 100)
      put("0000000000\(time)\0" + "        0", 136)
      put("ustar\u{0}00", 257)
      let sum = header.reduce(0) { $0 + Int($1) }
      let octal = String(sum, radix: 8)
      put(String(repeating: "0", count: 6 - octal.count) + octal + "\0 ", 148)
      return header
    } + [UInt8](repeating: 0, count: 1024)
  }
}
