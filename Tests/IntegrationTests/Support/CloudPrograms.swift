import Foundation

/// The AWS command line, and the Python that plays AWS: of this machine, else those that
/// `scripts/install-needs test` put into the build folder.
enum CloudPrograms {
  static let aws = find("aws")
  /// Beside `moto_server`, and so with moto.
  static let python = find("moto_server").map { ($0 as NSString).deletingLastPathComponent }
    .map { "\($0)/python3" }

  static let areThere = aws != nil && python != nil
  static let areNeeded = "the programs aws and moto_server are needed (scripts/install-needs test)"

  /// What programs of a test find `aws` by; their other programs stay those of the machine.
  static let search =
    Machine.search + (aws.map { ":" + ($0 as NSString).deletingLastPathComponent } ?? "")

  private static func find(_ name: String) -> String? {
    let own = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return "\(Machine.search):\(Machine.package)/.build/test-venv/bin:\(own)"
      .split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
