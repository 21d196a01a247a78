import FileSystem
import Foundation
import Testing

/// How finely times of files are kept where a workbench is.
enum FileTimes: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case asHere = "as here"
  /// As on old file systems: an ext4 with inodes of 128 bytes, on a loop device.
  case seconds = "whole seconds"
  /// As on FAT: what the program gets from stat(2) is rounded down.
  case twoSeconds = "steps of two seconds"

  var testDescription: String { rawValue }

  /// Those that this machine can have; what is missing is told once, by a skipped test.
  static let coarse = allCases.filter {
    switch $0 {
    case .asHere: false
    case .seconds: canMount
    case .twoSeconds: canRound
    }
  }

  /// Those that a test tries: one that is coarse, unless everything is tried.
  static let tried = [.asHere] + (Machine.isLong ? coarse : Array(coarse.prefix(1)))

  static let canMount: Bool = {
    guard getuid() == 0, Machine.has("mkfs.ext4", "mount", "umount"),
      let bench = try? Workbench(times: .seconds)
    else { return false }
    return (try? bench.write("file", "")) != nil && bench.status(of: "file").st_mtim.tv_nsec == 0
  }()

  static let canRound = Machine.has("cc") && (try? RoundedTimes.library.get()) != nil

  static let needsCoarse =
    "neither a loop device with mkfs.ext4 nor a C compiler is here to make times coarse"
}

/// A file system in a file.
final class LoopMount {
  private let folder: String
  private let image: String
  private let scratch: String

  init(at folder: String) throws {
    self.folder = folder
    image = folder + ".img"
    scratch = folder + ".log"
    try FileTree.makeDirectories(scratch)
    try FileTree.replace(image, with: [])
    truncate(image, 1 << 30)
    for command in [
      ["mkfs.ext4", "-q", "-F", "-I", "128", "-O", "^has_journal", image],
      ["mount", "-o", "loop", image, folder],
    ] {
      let result = try Program(command, scratch: scratch).wait()
      try #require(result.succeeded, "\(result)")
    }
  }

  deinit {
    _ = try? Program(["umount", "--lazy", folder], scratch: scratch).wait()
    for path in [image, scratch] { try? FileTree.remove(path) }
  }
}

/// A library that, preloaded, makes a program see times in steps of two seconds.
enum RoundedTimes {
  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <fcntl.h>
    #include <sys/stat.h>
    static int rounded(int result, struct stat *s) {
      if (result) return result;
      s->st_mtim.tv_sec -= s->st_mtim.tv_sec % 2; s->st_mtim.tv_nsec = 0;
      s->st_ctim.tv_sec -= s->st_ctim.tv_sec % 2; s->st_ctim.tv_nsec = 0;
      return 0;
    }
    int fstatat(int at, const char *path, struct stat *s, int flags) {
      static int (*real)(int, const char *, struct stat *, int);
      if (!real) real = dlsym(RTLD_NEXT, "fstatat");
      return rounded(real(at, path, s, flags), s);
    }
    int fstat(int file, struct stat *s) {
      static int (*real)(int, struct stat *);
      if (!real) real = dlsym(RTLD_NEXT, "fstat");
      return rounded(real(file, s), s);
    }
    int stat(const char *path, struct stat *s) { return fstatat(AT_FDCWD, path, s, 0); }
    int lstat(const char *path, struct stat *s) {
      return fstatat(AT_FDCWD, path, s, AT_SYMLINK_NOFOLLOW);
    }

    """

  static let library = Result { () throws -> String in
    let folder = NSTemporaryDirectory() + "/runctl-rounded-\(getpid())"
    try FileTree.makeDirectories(folder)
    chmod(folder, 0o755)
    atexit { try? FileTree.remove(NSTemporaryDirectory() + "/runctl-rounded-\(getpid())") }
    try FileTree.replace("\(folder)/rounded.c", with: Array(source.utf8))
    let made = try Program.run(
      "cc", "-O1", "-shared", "-fPIC", "-o", "\(folder)/rounded.so", "\(folder)/rounded.c",
      scratch: folder)
    try #require(made.succeeded, "\(made)")
    return "\(folder)/rounded.so"
  }
}
