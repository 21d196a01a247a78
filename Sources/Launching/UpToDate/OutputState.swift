import FileSystem
import OCI
import Project
import State

/// What an output was when its run had ended. The stat records spare reading large files; the
/// contents decide.
enum OutputState {
  static let prefix = "output "
  private static let absent = "absent"

  /// - Parameters:
  ///   - checkpoints: Are no output where they lie in one: they come and go.
  ///   - clock: Is waited for until a later change can be seen in a stat record.
  static func inputs(
    of outputs: [RunOutput], without checkpoints: CheckpointFolder?, _ clock: any FileClock
  ) -> [Input] {
    let walk = InputWalk(excluded: excluded(checkpoints?.directory), clock: clock)
    return outputs.map { Input(prefix + $0.path, value(of: $0.destination, walk)) }
  }

  /// A walk meets it by its canonical path.
  private static func excluded(_ checkpoints: String?) -> Set<String> {
    guard let checkpoints else { return [] }
    return [checkpoints, (try? FileTree.canonicalPath(checkpoints)) ?? checkpoints]
  }

  private static func value(of destination: String, _ walk: InputWalk) -> String {
    // The stat records first: what is written while the contents are read is seen the next time.
    guard FileTree.exists(destination),
      let stat = try? walk.digest(of: destination, .stat),
      let content = try? walk.digest(of: destination, .content)
    else { return absent }
    return "\(content.hex) \(stat.hex)"
  }

  /// - Returns: Why an output is not what it was; nil when it is.
  static func difference(
    _ output: RunOutput, without checkpoints: String?, recorded: String?
  ) -> String? {
    guard let recorded else { return "the output '\(output.path)' is new" }
    guard recorded != absent else { return "the last run did not make the output '\(output.path)'" }
    guard FileTree.exists(output.destination) else {
      return "the output '\(output.path)' is gone"
    }
    let parts = recorded.split(separator: " ").map(String.init)
    let walk = InputWalk(excluded: excluded(checkpoints))
    if let stat = try? walk.digest(of: output.destination, .stat), stat.hex == parts.last {
      return nil
    }
    if let content = try? walk.digest(of: output.destination, .content),
      content.hex == parts.first
    {
      return nil
    }
    return "the output '\(output.path)' is not what the last run made"
  }
}
