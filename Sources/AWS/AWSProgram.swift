import Diagnostics
import FileSystem
import FoundationEssentials
package import Processes

/// The `aws` program: the one way in which runctl speaks to AWS.
///
/// Credentials are the program's own affair (environment, profiles, single sign-on, roles); runctl
/// never sees them.
package struct AWSProgram: Sendable {
  /// What every call says.
  package struct Scope: Sendable, Hashable {
    /// nil leaves it to the program's own configuration.
    package var region: String?
    package var profile: String?

    package init(region: String? = nil, profile: String? = nil) {
      self.region = region
      self.profile = profile
    }
  }

  package let scope: Scope
  private let environment: [String: String]
  private let interruption: Interruption?

  /// - Parameter environment: All that the program gets of it.
  package init(
    _ scope: Scope = Scope(), environment: [String: String],
    interruption: Interruption? = .shared
  ) {
    self.scope = scope
    self.environment = environment
    self.interruption = interruption
  }

  /// The same with another region.
  package func inRegion(_ region: String?) -> AWSProgram {
    AWSProgram(
      Scope(region: region ?? scope.region, profile: scope.profile), environment: environment,
      interruption: interruption)
  }

  /// The same, ended by other signals, or by none.
  package func interrupted(by interruption: Interruption?) -> AWSProgram {
    AWSProgram(scope, environment: environment, interruption: interruption)
  }

  /// One call, such as `["ssm", "send-command"]`.
  ///
  /// - Parameters:
  ///   - operation: Service and operation.
  ///   - options: Everybody on the machine can read them while the program runs: no secrets here.
  ///   - input: The operation's parameters as JSON, which only the program can read; for what is
  ///     secret, or long.
  /// - Returns: What it printed.
  /// - Throws: ``AWSError``.
  package func call(
    _ operation: [String], _ options: [String] = [], input: [UInt8]? = nil
  ) throws(AWSError) -> [UInt8] {
    var arguments = ["aws"] + operation + options + ["--output", "json"]
    if let region = scope.region { arguments += ["--region", region] }
    if let profile = scope.profile { arguments += ["--profile", profile] }
    if input != nil { arguments += ["--cli-input-json", "file:///dev/fd/3"] }
    var command = Command(arguments, environment: variables)
    command.output = .capture(limit: 64 << 20)
    // Who has no terminal and no standard input cannot ask for a code, and says so.
    command.group = .session
    let completion: Completion
    do throws(ProcessError) {
      completion = try run(command, input)
    } catch .interrupted(let signal) {
      throw .interrupted(signal)
    } catch {
      throw .programUnusable(reason: error.diagnostic.message)
    }
    guard completion.status.isSuccess else {
      throw AWSError(completion.errorText, operation: operation)
    }
    return completion.output
  }

  /// The input is not the standard input: it would be read, and sent, as the code that is asked for.
  private func run(_ command: Command, _ input: [UInt8]?) throws(ProcessError) -> Completion {
    guard let input else { return try Subprocess.run(command, interruption: interruption) }
    let file = try memoryFile(input, name: "input")
    var command = command
    command.descriptors = [3: file.descriptor]
    let completion = try Subprocess.run(command, interruption: interruption)
    _ = consume file
    return completion
  }

  /// One call whose reply is JSON of this form.
  package func call<Reply: Decodable>(
    _ operation: [String], _ options: [String] = [], input: [UInt8]? = nil,
    as reply: Reply.Type
  ) throws(AWSError) -> Reply {
    let bytes = try call(operation, options, input: input)
    do { return try JSONDecoder().decode(reply, from: Data(bytes)) } catch {
      throw .unreadableReply(operation: operation)
    }
  }

  /// The program neither pages its output nor asks anything.
  private var variables: [String] {
    var variables = environment
    variables["AWS_PAGER"] = ""
    variables["AWS_CLI_AUTO_PROMPT"] = "off"
    return variables.map { "\($0.key)=\($0.value)" }.sorted()
  }
}
