import BuildEngine
import BuildPlan
import Glibc
import OCI
import Project

/// Asks what names mean now: registries, servers and repositories or, for bases that have a name
/// there, the store.
struct NameInquiry: Sendable {
  private let bases: BaseInquiry
  private let sources: SourceInquiry

  init(_ services: BuildServices, environment: [String: String]) {
    bases = BaseInquiry(
      store: services.store, registry: services.registry, events: services.events)
    sources = SourceInquiry(services, environment: environment)
  }

  /// What a name is taken to mean here; whoever knows is only asked when nobody was before.
  func known(_ subject: LockNeed.Subject) throws -> LockedMeaning {
    switch subject {
    case .base(let key): LockedMeaning(try bases.known(key))
    case .source(let source): LockedMeaning(try sources.known(source))
    }
  }

  func row(_ need: LockNeed, _ pin: LockEntry, _ question: LockLook.Question) throws -> LockRow {
    var row = LockRow(need, state: .kept, pin: pin)
    if question == .nothing { return row }
    let meaning = question == .isTrue ? pin.meaning : nil
    switch need.subject {
    case .base(let key):
      row.take(try bases.ask(key, than: meaning?.manifest, meaning?.index))
    case .source(let source):
      row.take(try sources.ask(source, than: meaning?.ofSource))
    }
    return row
  }
}

extension LockedMeaning {
  fileprivate init(_ meaning: BaseInquiry.Meaning) {
    self = .image(meaning.manifest, index: meaning.index)
  }

  fileprivate init(_ meaning: SourceInquiry.Meaning) {
    switch meaning {
    case .content(let digest): self = .content(digest)
    case .commit(let commit): self = .commit(commit)
    }
  }

  fileprivate var manifest: Digest? {
    if case .image(let digest, _) = self { digest } else { nil }
  }

  fileprivate var index: Digest? {
    if case .image(_, let index) = self { index } else { nil }
  }

  fileprivate var ofSource: SourceInquiry.Meaning? {
    switch self {
    case .image: nil
    case .content(let digest): .content(digest)
    case .commit(let commit): .commit(commit)
    }
  }
}

extension LockRow {
  fileprivate mutating func take(_ answer: BaseInquiry.Answer) {
    switch answer {
    case .gone: state = .gone
    case .silence(let why): (state, reason) = (.unasked, why)
    case .means(let meaning):
      since = meaning.since
      take(LockedMeaning(meaning))
      if state == .kept, meaning.isLocal {
        (state, reason) = (.unasked, "it is a name in this store, and no registry was asked")
      }
    }
  }

  fileprivate mutating func take(_ answer: SourceInquiry.Answer) {
    switch answer {
    case .gone: state = .gone
    case .silence(let why): (state, reason) = (.unasked, why)
    case .means(let meaning):
      since = Timestamp.rfc3339(Int64(time(nil)))
      take(LockedMeaning(meaning))
    }
  }

  private mutating func take(_ meaning: LockedMeaning) {
    now = meaning
    if pin?.meaning.isSame(as: meaning) != true { state = .moved }
  }
}
