/// Where credentials were looked for, and what came of them.
package struct CredentialLookup: Sendable, Hashable {
  package enum Outcome: Sendable, Hashable {
    case missing
    /// With what was said about it.
    case refused(ServerMessage)
    /// They are valid, as far as is known, but perhaps do not allow this.
    case accepted
  }

  package let registry: String
  /// Where they are from; when they are missing, all places that were asked.
  package let place: String
  package let outcome: Outcome
  /// What to do when they are missing or refused.
  package let remedy: String

  package init(registry: String, place: String, outcome: Outcome, remedy: String) {
    self.registry = registry
    self.place = place
    self.outcome = outcome
    self.remedy = remedy
  }
}

extension CredentialLookup {
  /// For the end of a message.
  var remark: String {
    switch outcome {
    case .missing: " (there are none for '\(registry)' in \(place.isEmpty ? "any place" : place))"
    case .refused(let told) where told.description.isEmpty:
      " (those from \(place) are refused)"
    case .refused(let told):
      " (those from \(place) are refused: \(told))"
    case .accepted: " (those from \(place) do not allow it)"
    }
  }

  var help: String {
    switch outcome {
    case .missing, .refused: remedy
    case .accepted: "ask for the right to that repository, or check its name"
    }
  }
}
