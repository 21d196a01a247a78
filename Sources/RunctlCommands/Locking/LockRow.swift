import Diagnostics
import OCI
import Project

/// A name, what is pinned for it, and what came of looking at it.
struct LockRow: Sendable {
  enum State: String, Sendable, Encodable {
    /// The pin stays; it was asked for where that was wanted.
    case kept
    case added
    case dropped
    /// The pin is now what the name means now.
    case updated
    /// The name means something else than what is pinned.
    case moved
    /// A Dockerfile has the name, and the lock has not.
    case missing
    /// The lock has the name, and no Dockerfile has.
    case stale
    /// What the name meant is no longer there.
    case gone
    /// It is pinned, and nobody could be asked what it means now.
    case unasked
  }

  let name: LockedName
  var state: State
  /// What is pinned; nil when it is not.
  var pin: LockEntry?
  /// What the name means now, where that is something else.
  var now: LockedMeaning?
  /// Since when it does, in RFC 3339.
  var since: String?
  /// Why nobody could be asked.
  var reason: String?
  /// Where a Dockerfile has the name; nil when none has.
  let need: LockNeed?

  init(_ need: LockNeed, state: State, pin: LockEntry? = nil) {
    (name, self.state, self.pin, self.need) = (need.name, state, pin, need)
  }

  /// For what only the lock has.
  init(stale pin: LockEntry) {
    (name, state, self.pin, need) = (pin.name, .stale, pin, nil)
  }

  /// Whether the lock and the world are not of one mind.
  var isDrift: Bool {
    switch state {
    case .kept, .added, .dropped, .updated, .unasked: false
    case .moved, .missing, .stale, .gone: true
    }
  }
}

extension LockRow {
  /// What is wrong, and what to do.
  var drift: Diagnostic {
    let (familiar, shown) = (name.familiar, name.shown)
    let (message, help) =
      switch state {
      case .missing: ("\(shown) is not in .runctl.lock", "pin it: runctl lock")
      case .stale:
        ("\(shown) is in .runctl.lock, and in no Dockerfile", "drop it: runctl lock")
      case .gone:
        (
          "\(shown) is no longer there; it was \(past)",
          "choose another name, or build without --locked: the pin is used while it can be had"
        )
      default:
        (
          "\(shown) has moved: \(pin?.meaning.short ?? "nothing") → \(now?.short ?? "nothing")"
            + " (\(past)\(news))",
          "take the new one: runctl lock --update \(familiar); without --locked the pin is used"
        )
      }
    return Diagnostic(id: "lock-drift", message, at: need?.span, help: help)
  }

  private var news: String {
    guard let since else { return "" }
    if case .base = name { return "; the new one is of \(since)" }
    return "; seen \(since)"
  }

  private var past: String { pin.map { "pinned \($0.locked)" } ?? "not pinned" }

  /// For who trusts in --locked: nobody could say whether the pin is still true.
  var remark: String? {
    guard state == .unasked else { return nil }
    return
      "\(name.familiar): \(reason ?? "nobody was asked"); the pin \(pin?.meaning.short ?? "") is used"
  }
}

extension LockedName {
  /// In quotes, and for which machine where that is not this one.
  fileprivate var shown: String {
    if case .base(_, let platform) = self, platform != .host {
      return "'\(familiar)' for \(platform)"
    }
    return "'\(familiar)'"
  }
}

/// The lock is not what the Dockerfiles and the world say.
struct LockDrift: Error {
  let diagnostics: [Diagnostic]

  init?(_ rows: [LockRow]) {
    diagnostics = rows.filter(\.isDrift).map(\.drift)
    if diagnostics.isEmpty { return nil }
  }

  private init(_ diagnostic: Diagnostic) { diagnostics = [diagnostic] }

  /// There is no lock at all.
  static let noLock = LockDrift(
    Diagnostic(
      id: "lock-missing", "this project has no .runctl.lock", help: "write it: runctl lock"))
}
