import AWS
import Launching
import OCI
import Project
import State

/// What a train on an instance runs, and how it gets there.
protocol RemoteCargo {
  /// Of the manifest; nil without an image.
  var imageDigest: Digest? { get }
  /// The image's environment; empty without one.
  var ownEnvironment: [String] { get }
  /// The program first.
  var arguments: [String] { get }
  var environment: [Assignment] { get }
  var outputs: [RunOutput] { get }

  /// - Parameters:
  ///   - further: What else counts, such as the machine.
  ///   - returning: The outputs that come back to the project.
  func inputs(_ further: [Input], returning: [RunOutput]) throws -> RunInputs

  /// What the instance must have.
  func needs() throws -> RunNeeds

  /// Sends what is not there yet.
  func send() throws -> RemoteWork
}
