import FileSystem

extension DockerProgram {
  /// What labels the containers of runs; its value is the run's container.
  static let label = "runctl.run"

  /// A file of an image, taken from a container that is never started.
  ///
  /// - Parameters:
  ///   - container: Of the run that it is for.
  ///   - scratch: An absolute directory that can be written to.
  /// - Returns: nil when it cannot be had.
  func file(
    _ path: String, of imageID: String, container: String, scratch: String
  ) -> [UInt8]? {
    let name = container + "-look"
    let copy = "\(scratch)/\(FileTree.lastComponent(of: path))"
    defer {
      _ = try? text("rm", "--force", "--volumes", name)
      try? FileTree.remove(copy)
    }
    do {
      // An image need not say what it runs.
      _ = try output(
        "create", "--name", name, "--label", "\(Self.label)=\(container)", "--network", "none",
        "--pull", "never", "--entrypoint", "/", imageID)
      _ = try output("cp", "--follow-link", "\(name):\(path)", copy, timeout: nil)
      return try FileTree.read(copy)
    } catch { return nil }
  }
}
