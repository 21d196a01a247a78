import Launching
import Project

extension Workspace {
  /// nil where nobody wants copies of logs.
  var logCopy: LogCopy? {
    project.configuration.monitoring.logDirectory
      .map { LogCopy(into: ProjectPath.resolve($0.value, in: project.root.path)) }
  }
}
