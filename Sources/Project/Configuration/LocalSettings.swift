/// `[local]`: runs on this machine.
package struct LocalSettings: Sendable, Hashable {
  /// Relative to the project's root, or absolute; goes before `checkpoint.dir`.
  package let checkpointDirectory: Located<String>?
  /// What the script is to compute on, in its own words: `cpu`, `cuda:1`.
  package let defaultDevice: Located<String>?

  init(_ values: ConfigurationValues) {
    checkpointDirectory = values.text("local", "checkpoint_dir")
    defaultDevice = values.text("local", "default_device")
  }

  /// What a script on this machine is told of it.
  package var variables: [Assignment] {
    defaultDevice.map { [Assignment(name: "RUNCTL_DEVICE", value: $0.value)] } ?? []
  }
}
