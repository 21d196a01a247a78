import Launching
import State

extension RunRecord {
  /// Whether it repeats another run. Its environment may be another one, so that it says nothing of
  /// the target that the other one made.
  var isReplay: Bool { facts.contains { $0.name == RunFacts.replayed } }
}
