import FileSystem
import Glibc

/// Makes the directories that are outputs or for checkpoints, before the program starts.
enum OutputFolders {
  /// A directory that is made belongs to whom the program runs as, so that it can write there; one
  /// that is there stays as it is.
  ///
  /// - Parameter find: Says who the program runs as; asked only where that counts.
  static func prepare(_ plan: RunPlan, user find: () -> ImageUser?) throws(LaunchError) {
    let folders =
      plan.outputs.filter { $0.form == .directory }.map(\.destination)
      + [plan.checkpoints?.directory].compactMap(\.self)
    // Only root can give files away, and only for root are the owners outside those inside.
    let user = geteuid() == 0 && !folders.isEmpty ? find() : nil
    for folder in folders {
      let there: FileStatus?
      do throws(FileError) {
        there = try FileStatus.of(folder, followLink: true)
        if there == nil { try make(folder, for: user) }
      } catch {
        throw .system(operation: error.operation, path: error.path, reason: error.reason)
      }
      if let there, let user, !canWrite(user, there) {
        throw .outputNotWritable(
          path: folder, user: plan.user ?? "root", uid: user.uid)
      }
    }
  }

  private static func make(_ path: String, for user: ImageUser?) throws(FileError) {
    try FileTree.makeDirectories(path)
    guard let user, user != .root else { return }
    guard chown(path, user.uid, user.gid) == 0 else { throw FileError("give away", path) }
  }

  private static func canWrite(_ user: ImageUser, _ status: FileStatus) -> Bool {
    if user.uid == 0 { return true }
    if status.uid == user.uid { return status.permissions & 0o200 != 0 }
    if status.gid == user.gid, status.permissions & 0o020 != 0 { return true }
    return status.permissions & 0o002 != 0
  }
}
