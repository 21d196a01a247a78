import FileSystem
import Project
import State

/// The values of what the settings declare as inputs.
struct DeclaredInputs {
  let folders: ProjectFolders
  /// Absolute paths that do not count.
  let excluded: Set<String>
  let clock: any FileClock

  func values(of declared: [Located<RunInput>]) throws(LaunchError) -> [Input] {
    try declared.map { input throws(LaunchError) in
      let path = folders.path(of: input.value.path)
      guard FileTree.exists(path) else {
        throw .inputMissing(path: input.value.path, span: input.span)
      }
      do throws(FileError) {
        let digest = try InputWalk(excluded: excluded, clock: clock).digest(
          of: path, input.value.check)
        return Input("input \(input.value.path)", "\(input.value.check.rawValue) \(digest)")
      } catch {
        throw .inputUnreadable(path: error.path, reason: error.reason)
      }
    }
  }
}
