import BuildPlan
import Diagnostics
import OCI

/// Finds that a value has changed of which a listing keeps nothing: with the values of now in their
/// places, the parts of then give another key than then.
enum HiddenChange {
  /// - Parameters:
  ///   - texts: What goes into the key now, with all values.
  ///   - parts: The listing of then.
  static func find(_ texts: [String], in parts: [[String]], of key: Digest) -> KeyDifference? {
    var values: [String: String] = [:]
    for text in Set(texts) {
      let shown = StepKeyListing.shown(text)
      // Of two that look the same, nobody knows which is which.
      if shown != text, values.updateValue(text, forKey: shown) != nil { return nil }
    }
    var hasher = StepKeyHasher()
    var names: Set<String?> = []
    for part in parts where part.count == 2 {
      if let value = values[part[1]] {
        let isVariable = part[0] == "environment"
        names.insert(isVariable ? NamedValue(value)?.name : nil)
        hasher.add(part[0], value)
      } else if part[1].contains(StepKeyListing.mark) {
        return nil
      } else {
        hasher.add(part[0], part[1])
      }
    }
    guard !names.isEmpty, hasher.finalize() != key else { return nil }
    return .hidden(name: names.count == 1 ? names.first ?? nil : nil)
  }
}

extension Step {
  /// What may hide a value in the listing of its key.
  var texts: [String] {
    guard case .run(let run) = operation else { return [] }
    return run.arguments + run.environment + (run.script.map { [$0.text] } ?? [])
  }
}
