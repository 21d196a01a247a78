import Diagnostics

/// Walks a text along the schema: keeps what is right, reports the rest.
struct ConfigurationReader {
  private(set) var values = ConfigurationValues()
  private(set) var diagnostics: [Diagnostic] = []
  /// Each is said once, however many images use it.
  private var keysWithoutEffect: Set<[String]> = []

  static func read(_ root: TOMLNode, as schema: SchemaNode) -> ConfigurationReader {
    var reader = ConfigurationReader()
    if case .table(let entries) = root.content {
      reader.readTable(entries, as: schema, at: [])
    }
    return reader
  }

  private mutating func readTable(
    _ entries: [TOMLEntry], as schema: SchemaNode, at path: [String]
  ) {
    for entry in entries {
      if let child = schema.children[entry.key], entry.key != "*" {
        readEntry(entry, as: child, at: path)
      } else if let child = schema.anyName {
        readChosenName(entry, as: child, at: path)
      } else {
        diagnostics.append(UnknownKey(entry: entry, path: path, schema: schema).diagnostic)
      }
    }
  }

  private mutating func readEntry(
    _ entry: TOMLEntry, as schema: SchemaNode, at parent: [String]
  ) {
    let path = parent + [entry.key]
    if let key = schema.key {
      readValue(entry, of: key, at: path)
    } else if case .table(let entries) = entry.node.content {
      readTable(entries, as: schema, at: path)
    } else {
      let name = Printable.text(path.joined(separator: "."))
      diagnostics.append(
        Diagnostic(
          id: "wrong-type", "'\(name)' must be a table, not \(entry.node.kind)",
          at: entry.node.span, help: "write [\(name)] on a line of its own, its keys below"))
    }
  }

  private mutating func readChosenName(
    _ entry: TOMLEntry, as schema: SchemaNode, at path: [String]
  ) {
    let rule = path.last.flatMap { ConfigurationSchema.names[$0] } ?? .any
    guard rule.accepts(entry.key) else {
      diagnostics.append(
        Diagnostic(
          id: "invalid-name",
          "'\(Printable.text(entry.key))' in [\(path.joined(separator: "."))] must be \(rule.expected)",
          at: entry.keySpan))
      return
    }
    values.add(name: Located(entry.key, at: entry.keySpan), under: path)
    readEntry(entry, as: schema, at: path)
  }

  private mutating func readValue(_ entry: TOMLEntry, of key: ConfigurationKey, at path: [String]) {
    var reader = ValueReader(keyName: path.joined(separator: "."))
    if let value = reader.read(entry.node, as: key.type) { values.set(value, at: path) }
    diagnostics += reader.diagnostics
    guard let warning = warning(of: entry, key, path), keysWithoutEffect.insert(key.path).inserted
    else { return }
    diagnostics.append(warning)
  }

  private func warning(
    of entry: TOMLEntry, _ key: ConfigurationKey, _ path: [String]
  ) -> Diagnostic? {
    let name = path.joined(separator: ".")
    switch key.effect {
    case .used: return nil
    case .noEffectYet(let exception):
      if isEqual(entry.node, exception) { return nil }
      return Diagnostic(
        .warning, id: "no-effect-yet", "'\(name)' has no effect yet", at: entry.keySpan)
    case .noEffect(let reason):
      return Diagnostic(
        .warning, id: ConfigurationKey.noEffectID, "'\(name)' has no effect", at: entry.keySpan,
        help: reason)
    }
  }

  private func isEqual(_ node: TOMLNode, _ exception: String?) -> Bool {
    switch node.content {
    case .string(let value): value == exception
    case .boolean(let value): String(value) == exception
    default: false
    }
  }
}
