import FileSystem
import Glibc

/// Owner and permissions of a directory, which an overlay takes from the topmost one that has it.
enum DirectoryAttributes {
  static func copy(from source: String, to target: String) throws(SandboxError) {
    do throws(FileError) {
      guard let status = try FileStatus.of(source, followLink: true) else {
        throw FileError("find", source, errno: ENOENT)
      }
      guard chown(target, status.uid, status.gid) == 0,
        chmod(target, mode_t(status.permissions)) == 0
      else { throw FileError("set the owner of", target) }
    } catch {
      throw .setupFailed(step: "\(error.operation) '\(error.path)'", reason: error.reason)
    }
  }
}
