/// The name of an instance of EC2: `i-0123456789abcdef0`. Machines that only Systems Manager knows
/// (`mi-…`) are none: nobody says what they are and whether they run.
enum InstanceID {
  /// - Throws: `UsageError` for anything else: it goes to programs as a word of their command line.
  static func checked(_ text: String) throws -> String {
    guard text.wholeMatch(of: /i-[0-9a-f]{8,17}/) != nil else {
      throw UsageError(
        "invalid-instance", "'\(text)' is not the id of an instance",
        help: "write it as i-0123456789abcdef0; 'runctl aws instances' lists them")
    }
    return text
  }
}
