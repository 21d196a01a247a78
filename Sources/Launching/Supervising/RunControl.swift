package import FileSystem
import Glibc

/// What can be asked of a run while it goes on, and how it is asked: by lines in a pipe in the
/// run's folder, which only its owner can write to.
package enum RunControl: Sendable, Hashable {
  /// Ctrl-C.
  case interrupt
  case terminate
  case stop(grace: Duration)

  package static func path(in directory: String) -> String { "\(directory)/control" }

  var line: String {
    switch self {
    case .interrupt: "interrupt\n"
    case .terminate: "terminate\n"
    case .stop(let grace): "stop \(Int64(grace / .milliseconds(1)))\n"
    }
  }

  /// - Parameter line: Without its end; nil comes back for what is no such line.
  init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    switch (words.first, words.count) {
    case ("interrupt"?, 1): self = .interrupt
    case ("terminate"?, 1): self = .terminate
    case ("stop"?, 2):
      guard let milliseconds = Int64(words[1]), milliseconds >= 0 else { return nil }
      self = .stop(grace: .milliseconds(milliseconds))
    default: return nil
    }
  }

  /// - Parameter directory: The run's folder, absolute.
  /// - Returns: Whether somebody takes it: nobody does when the run is over.
  @discardableResult
  package func send(to directory: String) throws(FileError) -> Bool {
    let path = Self.path(in: directory)
    let pipe: File
    do throws(FileError) { pipe = try File.open(path, flags: O_WRONLY | O_NONBLOCK) } catch {
      if error.errno == ENXIO || error.errno == ENOENT { return false }
      throw error
    }
    try pipe.write(Array(line.utf8))
    return true
  }
}
