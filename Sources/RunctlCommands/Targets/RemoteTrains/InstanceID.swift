/// The name of a machine that Systems Manager knows: `i-0123456789abcdef0`, `mi-…`.
enum InstanceID {
  /// - Throws: `UsageError` for anything else: it goes to programs as a word of their command line.
  static func checked(_ text: String) throws -> String {
    guard text.wholeMatch(of: /m?i-[0-9a-f]{8,17}/) != nil else {
      throw UsageError(
        "invalid-instance", "'\(text)' is not the id of an instance",
        help: "write it as i-0123456789abcdef0; 'runctl aws instances' lists them")
    }
    return text
  }
}
