import CLinux
import FileSystem
import Glibc

/// Where the runtime hands over the container's terminal.
final class ConsoleSocket {
  let path: String
  private let socket: File

  init(in scratch: String) throws(SandboxError) {
    path = "\(scratch)/console"
    // The name of a socket has 107 bytes at most: in the folder itself it is short.
    guard chdir(scratch) == 0 else { throw setupFailure("enter '\(scratch)'") }
    defer { _ = chdir("/") }
    let socket = clinux_listen("console")
    guard socket >= 0 else { throw setupFailure("make a socket for the terminal") }
    self.socket = File(descriptor: socket, path: path)
  }

  /// - Returns: The master side.
  func receive() throws(SandboxError) -> Int32 {
    let connection = clinux_accept(socket.descriptor)
    guard connection >= 0 else { throw setupFailure("accept the container's terminal") }
    defer { close(connection) }
    let terminal = clinux_receive_descriptor(connection)
    guard terminal >= 0 else { throw setupFailure("receive the container's terminal") }
    return terminal
  }
}
