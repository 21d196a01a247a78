import Diagnostics
import Registry

/// Shows a diagnosis to a person.
struct RegistryDiagnosisView {
  let terminal: Terminal

  func print(_ diagnosis: RegistryDiagnosis) {
    lines(diagnosis).forEach { terminal.print(DiagnosticPrinter.printable($0)) }
    var told: Set<String> = []
    for failure in diagnosis.failures where told.insert(failure.diagnostic.message).inserted {
      DiagnosticPrinter(terminal: terminal).print(failure)
    }
  }

  private func lines(_ diagnosis: RegistryDiagnosis) -> [String] {
    var lines = ["registry:     \(diagnosis.registry) (\(diagnosis.address))"]
    guard diagnosis.isReachable else { return lines + ["reachable:    no"] }
    lines += ["reachable:    yes", "asks for:     " + wants(diagnosis)]
    for place in diagnosis.places {
      let answer =
        switch place.answer {
        case .found: "has the \(place.detail ?? "")"
        case .none: "has none for it"
        case .failed: "cannot be asked: \(place.detail ?? "")"
        }
      lines.append("asked:        \(place.name): \(answer)")
    }
    lines.append("credentials:  " + verdict(diagnosis))
    for right in diagnosis.rights {
      let name = "\(right.action):".padded(to: 14)
      let isMissing = right.problem != nil && right.failure == nil
      lines.append(
        name + (right.isAllowed ? "yes" : isMissing ? "nothing is there yet" : "no")
          + " (\(right.repository))")
    }
    return lines
  }

  private func wants(_ diagnosis: RegistryDiagnosis) -> String {
    switch diagnosis.authentication {
    case "basic": "user and password"
    case "bearer": "a token from \(diagnosis.tokenService ?? "")"
    default: "nothing"
    }
  }

  private func verdict(_ diagnosis: RegistryDiagnosis) -> String {
    switch diagnosis.credentials {
    case .accepted: "accepted"
    case .refused: "refused" + (diagnosis.refusal.map { ": \($0)" } ?? "")
    case .missing: "none; only what is open to everybody can be used"
    case .unneeded: "not needed"
    case .unknown: "not tried"
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
