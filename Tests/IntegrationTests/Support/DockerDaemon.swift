import FileSystem
import Foundation
import Testing

/// A Docker daemon with nothing in it, that shares nothing with one of this machine.
final class DockerDaemon {
  private let folder: String
  private let program: Program
  /// Its address.
  var socket: String { "unix://\(folder)/socket" }
  var identifier: pid_t { program.identifier }

  /// - Parameters:
  ///   - room: The words of a program that becomes the one behind them, in a room of its own.
  init(
    in bench: Workbench, trusting registry: RegistryServer, name: String = "docker-daemon",
    room: [String] = []
  ) throws {
    folder = "\(bench.folder)/\(name)"
    try FileTree.makeDirectories(folder)
    try FileTree.replace("\(folder)/daemon.json", with: Array("{}".utf8))
    program = try Program(
      room + [
        "dockerd", "--config-file", "\(folder)/daemon.json", "--host", "unix://\(folder)/socket",
        "--data-root", "\(folder)/data", "--exec-root", "\(folder)/exec",
        "--pidfile", "\(folder)/pid", "--bridge", "none", "--iptables=false",
        "--ip-forward=false", "--ip-masq=false", "--insecure-registry", registry.host,
      ], scratch: folder)
    try #require(eventually { try docker("version").succeeded }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { stop() }

  /// Its containers end as well.
  func stop() {
    program.terminate()
    // It leaves this mounted, and its folder could not be removed.
    umount2("\(folder)/exec/netns/default", Int32(MNT_DETACH))
  }

  func docker(_ arguments: String...) throws -> ProgramResult { try docker(arguments) }

  func docker(_ arguments: [String]) throws -> ProgramResult {
    try Program(
      ["docker", "--host", socket] + arguments,
      environment: Machine.environment.merging(
        ["HOME": folder, "DOCKER_CONFIG": folder], uniquingKeysWith: { $1 }), scratch: folder
    ).wait()
  }
}
