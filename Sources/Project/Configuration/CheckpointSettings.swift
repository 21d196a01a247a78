/// `[checkpoint]`: where a script keeps checkpoints, and how it is told to.
package struct CheckpointSettings: Sendable, Hashable {
  /// Relative to the project's root, or absolute.
  package let directory: Located<String>?
  /// Epochs between two checkpoints; from 1.
  package let saveInterval: Located<Int>?
  /// How many checkpoints are kept; from 1.
  package let keepLast: Located<Int>?

  init(_ values: ConfigurationValues) {
    directory = values.text("checkpoint", "dir")
    saveInterval = values.number("checkpoint", "save_interval")?.map { Int(exactly: $0) }
    keepLast = values.number("checkpoint", "keep_last_n")?.map { Int(exactly: $0) }
  }

  /// What a script is told of it; it is the script that saves, and that keeps to it.
  /// - Parameter directory: As the script sees it; nil when it has none.
  package func variables(directory: String?) -> [Assignment] {
    [
      directory.map { Assignment(name: "RUNCTL_CHECKPOINT_DIR", value: $0) },
      saveInterval.map { Assignment(name: "RUNCTL_SAVE_INTERVAL", value: String($0.value)) },
      keepLast.map { Assignment(name: "RUNCTL_KEEP_LAST_N", value: String($0.value)) },
    ].compactMap(\.self)
  }
}
