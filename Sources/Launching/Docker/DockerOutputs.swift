import FileSystem
import Glibc
import OCI

/// Brings the outputs that are files back from a container that has ended: what its program wrote,
/// and nothing that the image had there before.
struct DockerOutputs {
  let container: String
  let docker: DockerProgram
  /// The run's folder.
  let directory: String
  /// Whether they stay in the run's folder: what is in the project may be newer.
  var staysThere = false
  private(set) var yield = RunCourse.Yield()
  /// Whether the container has what is nowhere else.
  private(set) var isContainerNeeded = false

  init(of container: String, _ docker: DockerProgram, directory: String) {
    (self.container, self.docker, self.directory) = (container, docker, directory)
  }

  mutating func collect(_ outputs: [RunOutput]) {
    let files = outputs.filter { $0.form == .file }
    guard !files.isEmpty else { return }
    let written: Written
    do { written = try look() } catch {
      for output in files { keep(output, at: output.places[0], RunCourse.reason(error)) }
      return
    }
    for output in files {
      for place in output.places where written.contains(place) {
        if bringBack(output, from: place) { break }
      }
    }
    rmdir("\(directory)/outputs")
  }

  // MARK: What was written

  private struct Written {
    var paths: Set<Substring>
    /// What is in them, the daemon does not compare with the image.
    var volumes: [TreePath]

    func contains(_ place: TreePath) -> Bool {
      paths.contains(place.description[...])
        || volumes.contains { place.relative(to: $0) != nil }
    }
  }

  /// Source: "docker container diff" in Docker's reference of its command line.
  private func look() throws -> Written {
    let changes = try docker.output("diff", container, timeout: nil).split(separator: "\n")
    let format = "{{range .Mounts}}{{if eq .Type \"volume\"}}{{println .Destination}}{{end}}{{end}}"
    let volumes = try docker.output("inspect", "--format", format, container)
    return Written(
      paths: Set(changes.filter { !$0.hasPrefix("D") }.map { $0.dropFirst(2) }),
      volumes: volumes.split(separator: "\n").map { TreePath(String($0)) })
  }

  // MARK: Back to the project

  /// - Returns: Whether it is settled what becomes of the output.
  private mutating func bringBack(_ output: RunOutput, from place: TreePath) -> Bool {
    let kept = "\(directory)/outputs/\(output.path)"
    do {
      try FileTree.makeDirectories(FileTree.parentPath(of: kept))
      _ = try docker.output("cp", "--follow-link", "\(container):\(place)", kept, timeout: nil)
    } catch {
      let reason = RunCourse.reason(error)
      if Self.saysNotThere(reason) { return false }
      try? FileTree.remove(kept)
      keep(output, at: place, reason)
      return true
    }
    if staysThere {
      yield.problems.append(
        .outputNotCopied(
          path: output.path, reason: "what is there may be of a newer run", kept: kept))
      return true
    }
    do throws(FileError) {
      try FileCopy.copy(kept, to: OutputCollector.leadsTo(output.destination))
      try FileTree.remove(kept)
      yield.broughtBack.append(output.path)
    } catch {
      yield.problems.append(
        .outputNotCopied(path: output.path, reason: error.reason.lowercased(), kept: kept))
    }
    return true
  }

  /// In the words of the daemon's versions.
  static func saysNotThere(_ reason: String) -> Bool {
    let reason = reason.lowercased()
    return ["could not find the file", "no such file", "no such container:path"]
      .contains { reason.contains($0) }
  }

  private mutating func keep(_ output: RunOutput, at place: TreePath, _ reason: String) {
    isContainerNeeded = true
    yield.problems.append(
      .outputInContainer(
        path: output.path, reason: reason, container: container, place: place.description))
  }
}
