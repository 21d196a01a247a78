import Diagnostics
package import OCI

/// Receives, in a fixed order, everything that can influence a step's result.
///
/// What goes into a key is described once, and read by the hasher and by the listing that `explain`
/// compares: the two can never disagree.
package protocol KeySink {
  mutating func field(_ name: StaticString, _ value: String)
}

extension KeySink {
  package mutating func digest(_ name: StaticString, _ value: Digest?) {
    field(name, value.map(\.description) ?? "")
  }

  package mutating func list(_ name: StaticString, _ values: [String]) {
    field(name, String(values.count))
    for value in values { field(name, value) }
  }
}

/// Makes the key.
package struct StepKeyHasher: KeySink {
  private var hash = SHA256()

  package init() {
    hash.update(Array("runctl step 1\n".utf8))
  }

  package mutating func field(_ name: StaticString, _ value: String) {
    add(String(describing: name), value)
  }

  /// A part as a ``StepKeyListing`` has it.
  package mutating func add(_ name: String, _ value: String) {
    let text = "\(name) \(value.utf8.count)\n\(value)\n"
    hash.update(Array(text.utf8))
  }

  package consuming func finalize() -> Digest { hash.finalize() }
}

/// Keeps the parts, for those who ask later what a key was made of.
package struct StepKeyListing: KeySink {
  package private(set) var parts: [[String]] = []

  package init() {}

  package mutating func field(_ name: StaticString, _ value: String) {
    parts.append([String(describing: name), Self.shown(value)])
  }

  /// Stands for what is not kept.
  package static let mark = "<secret>"

  /// A value without what must not be kept.
  package static func shown(_ value: String) -> String {
    if let name = NamedValue(value)?.name, SecretName.looksSecret(name), !name.contains(" ") {
      return "\(name)=\(mark)"
    }
    return SecretAddress.masked(value)
  }
}

extension CopyOperation {
  /// All but where the files are, and what is in them.
  package func describe(to sink: inout some KeySink) {
    sink.list("pattern", patterns.map(\.text))
    for file in inlineFiles {
      sink.field("inline", file.name)
      sink.digest("content", SHA256.digest(of: file.content))
    }
    for remote in remotes {
      sink.field("remote", remote.source.shown)
      sink.field("unpacks", remote.unpacks ? "yes" : "no")
    }
    sink.field("destination", destination)
    sink.field("owner", owner ?? "")
    sink.field("permissions", permissions.map { String($0, radix: 8) } ?? "")
    sink.field("unpacks", unpacksArchives ? "yes" : "no")
    sink.list("exclude", excludes)
  }
}

extension RunOperation {
  /// - Parameters:
  ///   - root: The chain ID of the root file system that the command sees.
  ///   - contents: The identity of what is in each of the mounts, where that counts.
  ///   - repetition: How often the same was done before, where doing it again may be different.
  package func describe(
    to sink: inout some KeySink, root: Digest?, platform: Platform, contents: [String] = [],
    repetition: Int = 0
  ) {
    sink.field("kind", "run")
    sink.digest("root", root)
    sink.list("argument", arguments)
    sink.field("script", script?.text ?? "")
    sink.list("environment", environment)
    sink.field("working directory", workingDirectory)
    sink.field("user", user)
    sink.field("network", hasNetwork ? "host" : "none")
    sink.field("platform", platform.description)
    for (index, mount) in mounts.enumerated() {
      mount.describe(to: &sink, content: index < contents.count ? contents[index] : "")
    }
    if repetition > 0 { sink.field("repetition", String(repetition)) }
  }
}
