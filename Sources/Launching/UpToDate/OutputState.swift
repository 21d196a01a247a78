import FileSystem
import OCI
import Project
import State

/// What an output was when its run had ended. The stat records spare reading large files; the
/// contents decide.
enum OutputState {
  static let prefix = "output "
  private static let absent = "absent"

  /// - Parameter clock: Is waited for until a later change can be seen in a stat record.
  static func inputs(of outputs: [RunOutput], _ clock: any FileClock) -> [Input] {
    outputs.map { Input(prefix + $0.path, value(of: $0.destination, clock)) }
  }

  private static func value(of destination: String, _ clock: any FileClock) -> String {
    let walk = InputWalk(excluded: [], clock: clock)
    // The stat records first: what is written while the contents are read is seen the next time.
    guard FileTree.exists(destination),
      let stat = try? walk.digest(of: destination, .stat),
      let content = try? walk.digest(of: destination, .content)
    else { return absent }
    return "\(content.hex) \(stat.hex)"
  }

  /// - Returns: Why an output is not what it was; nil when it is.
  static func difference(_ output: RunOutput, recorded: String?) -> String? {
    guard let recorded else { return "the output '\(output.path)' is new" }
    guard recorded != absent else { return "the last run did not make the output '\(output.path)'" }
    guard FileTree.exists(output.destination) else {
      return "the output '\(output.path)' is gone"
    }
    let parts = recorded.split(separator: " ").map(String.init)
    let walk = InputWalk(excluded: [])
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
