import OCI

extension RunMount {
  /// - Parameter content: The identity of what it shows; empty where that is no part of the key, as
  ///   of secrets and caches.
  func describe(to sink: inout some KeySink, content: String) {
    sink.field("mount", target?.description ?? "")
    sink.field("mode", isReadOnly ? "read" : "write")
    switch kind {
    case .bind(let bind):
      sink.field("bind", bind.origin == .context ? "context" : bind.source.description)
    case .cache(let cache):
      // How it is shared with others changes nothing in what it is.
      sink.field("cache", cache.id)
      sink.field("source", cache.source.description)
      sink.field("owner", cache.ownership.map(Self.text) ?? "")
    case .secret(let secret):
      sink.field("secret", secret.id)
      sink.field("variable", secret.variable ?? "")
      sink.field("required", secret.isRequired ? "yes" : "no")
      sink.field("owner", Self.text(secret.ownership))
    case .memory(let size): sink.field("memory", size.map { String($0) } ?? "")
    case .agent(let agent):
      sink.field("agent", agent.id)
      sink.field("required", agent.isRequired ? "yes" : "no")
    }
    sink.field("content", content)
  }

  private static func text(_ ownership: Ownership) -> String {
    "\(ownership.uid):\(ownership.gid) \(String(ownership.permissions, radix: 8))"
  }
}
