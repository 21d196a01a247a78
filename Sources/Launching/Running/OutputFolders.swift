import FileSystem
import Glibc

/// Makes the directories that are outputs, before the program starts.
enum OutputFolders {
  /// A directory that is made belongs to whom the program runs as, so that it can write there; one
  /// that is there stays as it is.
  static func prepare(_ plan: RunPlan, image: RunImage) throws(LaunchError) {
    let folders = plan.outputs.filter { $0.form == .directory }
    // Only root can give files away, and only for root are the owners outside those inside.
    let user = geteuid() == 0 ? ImageUser.find(plan.user, in: image) : nil
    for output in folders {
      let there: FileStatus?
      do throws(FileError) {
        there = try FileStatus.of(output.destination, followLink: true)
        if there == nil { try make(output.destination, for: user) }
      } catch {
        throw .system(operation: error.operation, path: error.path, reason: error.reason)
      }
      if let there, let user, !canWrite(user, there) {
        throw .outputNotWritable(
          path: output.destination, user: plan.user ?? "root", uid: user.uid)
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
