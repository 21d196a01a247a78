import Foundation
import TestSupport

extension SeededGenerator {
  /// Of `RUNCTL_TEST_SEED`, else of the moment; it is printed.
  static func ofTest(_ name: String) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["RUNCTL_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? .random(in: 0...999_999)
    print("\(name): RUNCTL_TEST_SEED=\(seed)")
    return SeededGenerator(seed: seed)
  }
}
