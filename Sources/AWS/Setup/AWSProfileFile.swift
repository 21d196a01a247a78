/// `~/.aws/config` or `~/.aws/credentials`, as far as names and plain values go.
///
/// Source: AWS CLI user guide, "Format of the configuration and credential files". What is indented
/// belongs to the key above it, and is passed over.
struct AWSProfileFile {
  private var values: [String: [String: String]] = [:]

  init(_ text: String) {
    var profile: String?
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else {
        continue
      }
      if first == "[" {
        let words = line.dropFirst().prefix { $0 != "]" }.split(separator: " ", maxSplits: 1)
        // `[sso-session x]` and its like are no profiles.
        let isProfile = words.count == 1 || words.first == "profile"
        profile = isProfile ? words.last.map { String($0.trimmed) } : nil
      } else if let profile, let equals = line.firstIndex(of: "=") {
        let key = String(line[..<equals].trimmed)
        values[profile, default: [:]][key] = String(line[line.index(after: equals)...].trimmed)
      }
    }
  }

  /// nil for one that is not there, or empty.
  func value(_ key: String, of profile: String) -> String? {
    values[profile]?[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote {
      text = text.dropFirst().dropLast()
    }
    return text
  }
}
