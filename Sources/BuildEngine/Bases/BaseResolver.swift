package import BuildPlan
import Diagnostics
import Glibc
package import OCI
package import Registry
package import Storage

/// Finds out which image a base's name means: what is pinned, a name in the store, what the name
/// meant when it was last asked for, or what a registry says now.
package struct BaseResolver: Sendable {
  private let stored: StoredBases
  private let registry: RegistryClient
  private let events: EventSink
  /// The manifests that names are taken to mean, whatever they mean by now; nil when nothing is
  /// pinned in this project.
  private let pins: [BaseKey: Digest]?
  /// Ask the registry although the answer of an earlier time is known.
  private let asksAgain: Bool
  /// After this time an answer is asked for again; nil keeps it.
  private let maxAge: Duration?
  /// Note the answer for the next time.
  private let remembers: Bool

  package init(
    store: Store, registry: RegistryClient, pins: [BaseKey: Digest]?, asksAgain: Bool,
    maxAge: Duration? = nil, remembers: Bool, events: @escaping EventSink
  ) {
    stored = StoredBases(store: store)
    self.registry = registry
    self.pins = pins
    self.asksAgain = asksAgain
    self.maxAge = maxAge
    self.remembers = remembers
    self.events = events
  }

  /// - Throws: ``StepFailure`` with the place where the Dockerfile names the image.
  package func resolve(_ requests: [BaseRequest]) throws -> [BaseKey: ResolvedBase] {
    var found: [BaseKey: ResolvedBase] = [:]
    for request in requests {
      do {
        found[request.key] = try resolve(request.key)
      } catch {
        throw StepFailure(span: request.span, instruction: "", cause: error)
      }
    }
    return found
  }

  /// When the first of these names has to be asked for again, in seconds since
  /// 1970-01-01T00:00:00Z; nil when none ever has.
  package func expiry(of keys: [BaseKey]) throws -> Int64? {
    guard let maxAge else { return nil }
    return try keys.filter { pins?[$0] == nil }
      .compactMap { try expiry(of: $0, age: maxAge.components.seconds) }.min()
  }

  /// In seconds: who was asked in vain is left alone for so long.
  private static let patience: Int64 = 3600

  private func expiry(of key: BaseKey, age: Int64) throws -> Int64? {
    guard let asked = try stored.asked(key) else { return nil }
    let (due, isNever) = asked.addingReportingOverflow(age)
    if isNever { return nil }
    let attempt = try stored.store.images.attempt(on: key.reference, key.platform) ?? 0
    // A time in the future is a clock that was wrong.
    guard attempt <= Int64(time(nil)) else { return due }
    return max(due, attempt + min(age, Self.patience))
  }

  private func resolve(_ key: BaseKey) throws -> ResolvedBase {
    // What has its digest in its name is pinned there.
    guard let pins, key.reference.digest == nil else { return try unpinned(key) }
    guard let pin = pins[key] else {
      events(.unpinned(key.reference.familiar))
      return try unpinned(key)
    }
    if asksAgain { events(.keptPin(key.reference.familiar)) }
    return try pinned(key, to: pin)
  }

  /// The image of a pin: its bytes are in the store, or in the registry under their digest, also when
  /// the name means another one by now.
  private func pinned(_ key: BaseKey, to pin: Digest) throws -> ResolvedBase {
    if let known = try stored.image(pin, for: key) { return known }
    let lock = try stored.store.lock(SHA256.digest(of: "resolve \(pin)"))
    defer { _ = lock }
    if let known = try stored.image(pin, for: key) { return known }
    events(.resolving(key.reference))
    do {
      let image = key.reference.with(digest: pin)
      return try stored.keep(registry.resolve(image, platform: key.platform))
    } catch let error as RegistryError where error.isNotFound {
      throw BuildError.pinNotFound(image: key.reference.familiar, pin: pin)
    }
  }

  private func unpinned(_ key: BaseKey) throws -> ResolvedBase {
    if let local = try stored.local(key) { return local }
    if let known = try current(key) { return known }
    // Several that ask at once are answered by the first one's question.
    let lock = try stored.store.lock(
      SHA256.digest(of: "resolve \(key.reference) \(key.platform)"))
    defer { _ = lock }
    if let known = try current(key) { return known }
    events(.resolving(key.reference))
    do {
      let base = try stored.keep(registry.resolve(key.reference, platform: key.platform))
      if remembers {
        try stored.store.images.setResolution(of: key.reference, key.platform, to: base.manifest)
      }
      return base
    } catch let error as RegistryError
      where !asksAgain && (error.isSilence || error.isCredentialProblem)
    {
      // Nobody asked for the question now: without an answer the old one is good enough.
      guard let known = try stored.remembered(key) else { throw error }
      if remembers { try stored.store.images.noteAttempt(on: key.reference, key.platform) }
      events(.keptBase(key.reference.familiar, reason: error.diagnostic.message))
      return known
    }
  }

  /// What is known and need not be asked for again.
  private func current(_ key: BaseKey) throws -> ResolvedBase? {
    guard !asksAgain else { return nil }
    if let expiry = try expiry(of: [key]), Int64(time(nil)) >= expiry { return nil }
    return try stored.remembered(key)
  }
}
