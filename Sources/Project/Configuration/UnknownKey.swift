import Diagnostics

/// A key that the schema does not have at this place, and what was probably meant.
struct UnknownKey {
  let entry: TOMLEntry
  /// Of the table that it is in.
  let path: [String]
  let schema: SchemaNode

  var diagnostic: Diagnostic {
    let guess =
      isOfProject
      ? nil : Suggestion.closest(to: entry.key, among: schema.children.keys.sorted())
    let question = guess.map { "; did you mean '\($0)'?" } ?? ""
    return Diagnostic(
      id: "unknown-key", "unknown \(kind) '\(Printable.text(entry.key))'\(place)\(question)",
      at: entry.keySpan, replacement: guess, help: guess == nil ? help : nil)
  }

  private var kind: String {
    if case .table = entry.node.content { "table" } else { "key" }
  }

  private var place: String {
    path.isEmpty ? "" : " in [\(path.joined(separator: "."))]"
  }

  /// Whether it is there in a project's configuration, and this is a person's own.
  private var isOfProject: Bool {
    path.isEmpty && SchemaNode.root.children[entry.key] != nil
  }

  private var help: String {
    if isOfProject { return "this table belongs in the '\(Configuration.fileName)' of a project" }
    let elsewhere = ConfigurationSchema.keys.first { $0.name == entry.key && $0.path.count > 1 }
    if let elsewhere {
      let table = elsewhere.path.dropLast().map { $0 == "*" ? "NAME" : $0 }.joined(separator: ".")
      return "this key belongs in [\(table)]"
    }
    return "known here: \(schema.children.keys.sorted().joined(separator: ", "))"
  }
}
