/// The program's version. Part of every fingerprint: another version looks closely once.
enum Version {
  static let current = "0.1.0"
}
