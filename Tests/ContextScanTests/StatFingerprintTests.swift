import Glibc
import OCI
import Testing

@testable import ContextScan
@testable import FileSystem

struct StatFingerprintTests {
  private static let path = PathHash(Array("a/b".utf8))

  private static func status(_ change: (inout stat) -> Void = { _ in }) -> FileStatus {
    var raw = stat()
    raw.st_mode = S_IFREG | 0o644
    raw.st_nlink = 1
    raw.st_size = 10
    raw.st_ino = 7
    raw.st_dev = 3
    raw.st_mtim.tv_sec = 1_000
    raw.st_ctim.tv_sec = 1_000
    change(&raw)
    return FileStatus(raw)
  }

  private static func fingerprint(
    _ status: FileStatus?, at path: PathHash = path
  ) -> StatFingerprint {
    var fingerprint = StatFingerprint()
    fingerprint.add(path: path, status)
    return fingerprint
  }

  @Test func everyFieldMatters() {
    let variants: [FileStatus?] = [
      nil, Self.status(), Self.status { $0.st_mode = S_IFREG | 0o755 },
      Self.status { $0.st_mode = S_IFLNK | 0o644 }, Self.status { $0.st_mode = S_IFDIR | 0o644 },
      Self.status { $0.st_nlink = 2 }, Self.status { $0.st_size = 11 },
      Self.status { $0.st_ino = 8 }, Self.status { $0.st_dev = 4 }, Self.status { $0.st_uid = 1 },
      Self.status { $0.st_gid = 1 }, Self.status { $0.st_mtim.tv_sec = 1_001 },
      Self.status { $0.st_mtim.tv_nsec = 1 }, Self.status { $0.st_ctim.tv_sec = 1_001 },
      Self.status { $0.st_ctim.tv_nsec = 1 },
    ]
    let prints = variants.map { Self.fingerprint($0) }
    #expect(Set(prints).count == prints.count)
    #expect(Set(prints.map(\.high)).count == prints.count)
    #expect(Set(prints.map(\.low)).count == prints.count)
  }

  /// What is ignored in a directory changes its times; what is not is looked at by itself.
  @Test func ofADirectoryOnlyTheModeMatters() {
    let directory = Self.status { $0.st_mode = S_IFDIR | 0o755 }
    let touched = Self.status {
      $0.st_mode = S_IFDIR | 0o755
      $0.st_mtim.tv_sec = 5
      $0.st_size = 99
      $0.st_nlink = 9
    }
    #expect(Self.fingerprint(directory) == Self.fingerprint(touched))
    let other = Self.status { $0.st_mode = S_IFDIR | 0o700 }
    #expect(Self.fingerprint(directory) != Self.fingerprint(other))
  }

  @Test func orderDoesNotMatter() {
    let parts = (0..<50).map { index in
      (PathHash(Array("f\(index)".utf8)), Self.status { $0.st_size = index })
    }
    var forwards = StatFingerprint()
    for (path, status) in parts { forwards.add(path: path, status) }
    var halves = [StatFingerprint(), StatFingerprint()]
    for (index, part) in parts.reversed().enumerated() {
      halves[index % 2].add(path: part.0, part.1)
    }
    var sum = StatFingerprint()
    for half in halves { sum.add(half) }
    #expect(sum == forwards)
  }

  /// Two files that change places are seen, though all the same records are there.
  @Test func whoHasARecordMatters() {
    let small = Self.status()
    let large = Self.status { $0.st_size = 99 }
    let other = PathHash(Array("a/c".utf8))
    var first = Self.fingerprint(small)
    first.add(Self.fingerprint(large, at: other))
    var second = Self.fingerprint(large)
    second.add(Self.fingerprint(small, at: other))
    #expect(first != second)
  }

  @Test func pathsHashByComponents() {
    let root = PathHash([])
    let names = ["a", "b", "ab", "a/b", "abcdefgh", "abcdefghi", "\0", "\0\0"]
    var seen = Set(names.map { root.appending(name: Array($0.utf8)) })
    #expect(seen.count == names.count)
    let deep = names.flatMap { a in
      names.map { root.appending(name: Array(a.utf8)).appending(name: Array($0.utf8)) }
    }
    seen.formUnion(deep)
    #expect(seen.count == names.count + names.count * names.count)
  }

  @Test func textsAreAddedUnderNames() {
    func named(_ name: String, _ text: String) -> StatFingerprint {
      var fingerprint = StatFingerprint()
      fingerprint.add(name: name, text)
      return fingerprint
    }
    let all = [named("a", "b"), named("a", "c"), named("b", "a"), named("ab", ""), named("", "ab")]
    #expect(Set(all).count == all.count)
    #expect(named("a", "b") == named("a", "b"))
  }

  @Test func isWrittenAndRead() {
    let fingerprint = Self.fingerprint(Self.status())
    #expect(fingerprint.bytes.count == 16)
    #expect(StatFingerprint(bytes: fingerprint.bytes) == fingerprint)
    #expect(StatFingerprint(bytes: Array(fingerprint.bytes.dropLast())) == nil)
  }
}

struct DigestRecordTests {
  private static let records: [[UInt8]: DigestRecord] = {
    var made: [[UInt8]: DigestRecord] = [:]
    for (index, name) in ["a", "", "é.txt", String(repeating: "x", count: 255)].enumerated() {
      var raw = stat()
      raw.st_size = index - 1
      raw.st_mtim.tv_sec = -index
      raw.st_ino = .max
      made[Array(name.utf8)] = DigestRecord(FileStatus(raw), SHA256.digest(of: name))
    }
    made[[0xff, 0xfe]] = DigestRecord(FileStatus(stat()), SHA256.digest(of: "bytes"))
    return made
  }()

  @Test func isWrittenAndRead() {
    #expect(DigestRecord.decode(DigestRecord.encode(Self.records)) == Self.records)
    #expect(DigestRecord.decode(DigestRecord.encode([:])).isEmpty)
  }

  /// A wrong digest would make a wrong image: any change of the bytes makes them worthless.
  @Test func damagedBytesSayNothing() {
    let whole = DigestRecord.encode(Self.records)
    for position in whole.indices {
      for bit in [UInt8(1), 0x80] {
        var bytes = whole
        bytes[position] ^= bit
        #expect(DigestRecord.decode(bytes).isEmpty)
      }
      #expect(DigestRecord.decode(Array(whole[..<position])).isEmpty)
    }
    #expect(DigestRecord.decode(whole + [0]).isEmpty)
  }

  @Test func everyFieldOfTheStampMatters() {
    let changes: [(inout stat) -> Void] = [
      { $0.st_size = 1 }, { $0.st_mtim.tv_nsec = 1 }, { $0.st_ctim.tv_nsec = 1 }, { $0.st_ino = 1 },
      { $0.st_dev = 1 }, { $0.st_mode = 1 },
    ]
    let record = DigestRecord(FileStatus(stat()), SHA256.digest(of: ""))
    #expect(record.matches(FileStatus(stat())))
    for change in changes {
      var raw = stat()
      change(&raw)
      #expect(!record.matches(FileStatus(raw)))
    }
  }
}
