/// `[monitoring]`: how a run is watched.
package struct MonitoringSettings: Sendable, Hashable {
  /// Where a copy of each run's log is put: relative to the project's root, or absolute.
  package let logDirectory: Located<String>?
  /// Between two looks at a run on another machine; from one second.
  package let updateInterval: Located<Duration>?
  /// Whether what a run may lack of the machine is warned about.
  package let warns: Bool

  init(_ values: ConfigurationValues) {
    logDirectory = values.text("monitoring", "log_dir")
    updateInterval = values.number("monitoring", "update_interval_secs")?
      .map { Int64(exactly: $0).map { .seconds($0) } }
    warns = values.flag("monitoring", "enable_warnings")?.value ?? true
  }
}
