import Foundation

/// Chance that can be repeated: the seed says everything.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Of `RUNCTL_TEST_SEED`, else of the moment; it is printed.
  static func ofTest(_ name: String) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["RUNCTL_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? .random(in: 0...999_999)
    print("\(name): RUNCTL_TEST_SEED=\(seed)")
    return SeededGenerator(seed: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
