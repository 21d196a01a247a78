import DockerfileSyntax
import FileSystem
import Project

/// `--secret id=ID,src=FILE`, `id=ID,env=NAME`, or `id=ID` for the variable or file of that name.
///
/// Source: behaviour of Docker's `--secret`.
struct SecretOption {
  let id: String
  let source: SecretSource

  /// - Parameter start: The absolute path that relative ones start from.
  init(_ text: String, from start: String, _ environment: [String: String]) throws {
    var (id, file, variable, type): (String?, String?, String?, String?)
    guard let fields = CommaSeparated.fields(of: text) else { throw Self.invalid(text) }
    for field in fields {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Self.invalid(text) }
      let value = String(parts[1])
      switch parts[0].lowercased() {
      case "id": id = value
      case "src", "source": file = value
      case "env": variable = value
      case "type" where value == "file" || value == "env": type = value
      default: throw Self.invalid(text)
      }
    }
    guard let id, !id.isEmpty else { throw Self.invalid(text) }
    self.id = id
    // The source of type=env is a variable; without any source, it is what has the id's name.
    if type == "env", (variable ?? "").isEmpty { (variable, file) = (file ?? id, nil) }
    if let variable, !variable.isEmpty {
      source = .environment(variable)
    } else if let file, !file.isEmpty {
      source = .file(ProjectPath.resolve(file, in: start))
    } else if environment[id] != nil {
      source = .environment(id)
    } else {
      source = .file(ProjectPath.resolve(id, in: start))
    }
  }

  private static func invalid(_ text: String) -> UsageError {
    // What was meant as a value may stand anywhere in the text.
    UsageError(
      "invalid-secret", "a --secret is not understood",
      help: "write --secret id=ID,src=FILE or --secret id=ID,env=NAME")
  }
}
