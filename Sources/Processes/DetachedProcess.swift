import Glibc

/// A process that is started and left to itself: it goes on when this program ends.
package enum DetachedProcess {
  /// - Parameter command: Its `group` does not count: the process gets a session of its own.
  /// - Returns: A child of this program, for as long as this one lives.
  @discardableResult
  package static func start(_ command: Command) throws(ProcessError) -> Int32 {
    var command = command
    command.group = .session
    let path = try ExecutableSearch.find(command.arguments.first ?? "")
    var streams = try Streams(command)
    let child = try Child(command, path: path, descriptors: streams.childDescriptors)
    streams.closeChildEnds()
    close(child.watch)
    return child.process
  }
}
