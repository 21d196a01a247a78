import CLinux
package import FileSystem
import Glibc

/// Both ends of a pipe, closed on exec.
package struct Pipe: ~Copyable {
  package let reader: File
  package let writer: File

  package init() throws(ProcessError) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw .system(operation: "make a pipe", errno: errno) }
    reader = File(descriptor: ends[0], path: "pipe")
    writer = File(descriptor: ends[1], path: "pipe")
  }
}

/// A file in memory that holds `bytes`, to be read from its start.
package func memoryFile(_ bytes: [UInt8], name: String) throws(ProcessError) -> File {
  let file = File(descriptor: clinux_memory_file(name), path: name)
  guard file.descriptor >= 0 else {
    throw .system(operation: "make a file in memory", errno: errno)
  }
  do throws(FileError) { try file.write(bytes) } catch {
    throw .system(operation: "write a file in memory", errno: error.errno)
  }
  guard lseek(file.descriptor, 0, SEEK_SET) == 0 else {
    throw .system(operation: "rewind a file in memory", errno: errno)
  }
  return file
}
