import Dispatch
package import FileSystem
import Glibc

/// Takes what is asked of a run, for as long as its supervisor lives.
package struct RunControlReader: Sendable {
  /// Makes the pipe in the run's folder, and calls `body` for each request, on a thread of its own.
  package static func start(
    in directory: String, _ body: @escaping @Sendable (RunControl) -> Void
  ) throws(FileError) {
    let path = RunControl.path(in: directory)
    guard mkfifo(path, 0o600) == 0 else { throw FileError("make the pipe", path) }
    // With a writing end of its own, it never comes to its end.
    let pipe = try File.open(path, flags: O_RDWR)
    let descriptor = dup(pipe.descriptor)
    guard descriptor >= 0 else { throw FileError("open", path) }
    DispatchQueue(label: "control").async { read(descriptor, body) }
  }

  private static func read(_ descriptor: Int32, _ body: (RunControl) -> Void) {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      text += buffer[..<count]
      while let end = text.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: text[..<end], as: UTF8.self)
        if let request = RunControl(line: line) { body(request) }
        text.removeFirst(end + 1)
      }
      if text.count > 4096 { text = [] }
    }
  }
}
