import Diagnostics
import Launching

/// Tells a person what a run's HEALTHCHECK says, when that changes for the worse or back.
struct HealthNews {
  private let id: String
  private let terminal: Terminal
  private var last: RunNews.Health?

  init(of id: String, _ terminal: Terminal) {
    (self.id, self.terminal) = (id, terminal)
  }

  mutating func take(_ health: RunNews.Health?) {
    guard let health, health != last else { return }
    defer { last = health }
    // That it starts well is no news.
    guard health == .unhealthy || last == .unhealthy else { return }
    DiagnosticPrinter(terminal: terminal).print(
      Diagnostic(
        health == .unhealthy ? .warning : .note, id: "health",
        "run \(id) is \(health.rawValue), says its HEALTHCHECK"))
  }
}
