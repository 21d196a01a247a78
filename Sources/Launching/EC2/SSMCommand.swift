import FoundationEssentials

/// What Systems Manager is sent to have a script run, and what it says of it.
///
/// Source: the references of SSM's SendCommand and GetCommandInvocation.
enum SSMCommand {
  /// Each stream of a command is told up to here, in characters.
  static let outputLimit = 24_000
  /// Seconds in which the instance has to take a command up; SSM takes no less than 30.
  static let delivery = 60

  /// The parameters of SendCommand.
  ///
  /// SSM gives a meaning to `{{`, and nobody says what becomes of other characters on the way: the
  /// script goes as base64.
  static func request(_ script: String, instance: String, seconds: Int) throws -> [UInt8] {
    let encoded = Data(script.utf8).base64EncodedString()
    let request = Request(
      InstanceIds: [instance], DocumentName: "AWS-RunShellScript", Comment: "runctl",
      TimeoutSeconds: delivery,
      Parameters: .init(
        commands: [#"exec sh -c "$(printf %s \#(encoded) | base64 -d)""#],
        executionTimeout: ["\(seconds)"]))
    return Array(try JSONEncoder().encode(request))
  }

  // The names are the service's.
  private struct Request: Encodable {
    struct Parameters: Encodable {
      let commands: [String]
      let executionTimeout: [String]
    }

    let InstanceIds: [String]
    let DocumentName: String
    let Comment: String
    let TimeoutSeconds: Int
    let Parameters: Parameters
  }

  struct Sent: Decodable {
    struct Command: Decodable { let CommandId: String }

    let Command: Command
  }

  struct Invocation: Decodable {
    let Status: String
    let StatusDetails: String?
    let ResponseCode: Int?
    let StandardOutputContent: String?
    let StandardErrorContent: String?

    var isUnderWay: Bool { ["Pending", "InProgress", "Delayed", "Cancelling"].contains(Status) }
  }
}
