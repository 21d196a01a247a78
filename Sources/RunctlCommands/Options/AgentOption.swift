import FileSystem
import Project

/// `--ssh ID` for the agent that `SSH_AUTH_SOCK` names, or `--ssh ID=SOCKET`.
struct AgentOption {
  let id: String
  /// The absolute path of the agent's socket.
  let socket: String

  /// - Parameter start: The absolute path that relative ones start from.
  init(_ text: String, from start: String, _ environment: [String: String]) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    id = parts[0].isEmpty ? "default" : String(parts[0])
    let given = parts.count == 2 ? String(parts[1]) : environment["SSH_AUTH_SOCK"] ?? ""
    guard !given.isEmpty else {
      throw UsageError(
        "invalid-agent", "--ssh \(text) needs an SSH agent, and SSH_AUTH_SOCK names none",
        help: "start one (eval $(ssh-agent); ssh-add), or write --ssh \(id)=SOCKET")
    }
    socket = ProjectPath.resolve(given, in: start)
    guard try FileStatus.of(socket, followLink: true)?.kind == .socket else {
      throw UsageError(
        "invalid-agent", "'\(given)' of --ssh is not the socket of an SSH agent",
        help: "load the key into an agent (ssh-add), and write --ssh \(id)")
    }
  }
}
