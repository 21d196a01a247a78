import CLinux
import FileSystem
import Glibc
import Processes

/// A child that stays in the old user namespace and gives its parent's new one its ids: only from
/// there do the set-user-ID programs for it work.
struct MapWriter: ~Copyable {
  private let child: pid_t
  /// One byte tells the child to begin; the end of the pipe, that there is nothing to do.
  private let go: File
  private let complaint: File

  /// Starts the child.
  init(_ maps: [IDMap]) throws(SandboxError) {
    let parent = getpid()
    var (start, answer): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard clinux_pipe(&start) == 0, clinux_pipe(&answer) == 0 else {
      throw setupFailure("make a pipe")
    }
    let forked = clinux_fork()
    if forked == 0 {
      close(start[1])
      _exit(Self.write(maps, of: parent, when: start[0], complainTo: answer[1]))
    }
    guard forked > 0 else { throw setupFailure("start a process") }
    close(start[0])
    close(answer[1])
    child = forked
    go = File(descriptor: start[1], path: "start")
    complaint = File(descriptor: answer[0], path: "answer")
  }

  private static func write(
    _ maps: [IDMap], of parent: pid_t, when start: Int32, complainTo answer: Int32
  ) -> Int32 {
    var byte: UInt8 = 0
    guard read(start, &byte, 1) == 1 else { return 0 }
    for map in maps {
      var command = Command(map.arguments(for: parent))
      command.group = .callers
      command.output = .null
      let text: String
      do throws(ProcessError) {
        let completion = try Subprocess.run(command, interruption: nil)
        if completion.status.isSuccess { continue }
        text = completion.errorText
      } catch {
        text = "\(error)"
      }
      _ = text.withCString { Glibc.write(answer, $0, text.utf8.count) }
      return 1
    }
    return 0
  }

  /// Lets the child write the maps, and waits for it.
  consuming func finish() throws(SandboxError) {
    try? go.write([1])
    let text = (try? complaint.readToEnd()) ?? []
    guard Self.wait(for: child) == 0 else {
      throw .setupFailed(
        step: "map the ids of the user namespace",
        reason: String(decoding: text, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
      )
    }
  }

  consuming func cancel() {
    let child = child
    _ = consume go
    _ = Self.wait(for: child)
  }

  private static func wait(for child: pid_t) -> Int32 {
    var found: pid_t = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    guard clinux_reap(child, true, &found, &code, &signal) == 0 else { return 1 }
    return signal == 0 ? code : 1
  }
}
