import Launching
import Project

/// A script to train with.
struct TrainRequest {
  let script: String
  let arguments: [String]

  /// With the script's path from the project's root, or its absolute one when it lies elsewhere: the
  /// same train is the same target, and can be done again, wherever its command is given. A mistyped
  /// name is told before a build that takes minutes.
  ///
  /// - Parameters:
  ///   - standing: Where the person stands.
  ///   - context: Where the script is looked for when it is not there; absolute, like the others.
  func located(
    from standing: String, in root: String, context: String
  ) throws -> TrainRequest {
    let path = try ScriptPath.onHost(script, from: standing, context: context)
    let script = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    return TrainRequest(script: script, arguments: arguments)
  }
}
