import BuildEngine
import BuildPlan
import OCI
import Project

/// Asks what names mean now: bases of registries or, where they have one, of the store.
struct NameInquiry: Sendable {
  private let bases: BaseInquiry

  init(_ services: BuildServices) {
    bases = BaseInquiry(
      store: services.store, registry: services.registry, events: services.events)
  }

  /// What a name is taken to mean here; whoever knows is only asked when nobody was before.
  func known(_ name: LockedName) throws -> LockedMeaning {
    switch name {
    case .base(let reference, let platform):
      LockedMeaning(try bases.known(BaseKey(reference: reference, platform: platform)))
    default: preconditionFailure()
    }
  }

  func row(_ need: LockNeed, _ pin: LockEntry, _ question: LockLook.Question) throws -> LockRow {
    var row = LockRow(name: need.name, state: .kept, pin: pin, span: need.span)
    switch (question, need.name, pin.meaning) {
    case (.nothing, _, _): break
    case (_, .base(let reference, let platform), .image(let manifest, let index)):
      let key = BaseKey(reference: reference, platform: platform)
      let answer = try bases.ask(key, than: question == .isTrue ? manifest : nil, index)
      row.take(answer)
    default: break
    }
    return row
  }
}

extension LockedMeaning {
  fileprivate init(_ meaning: BaseInquiry.Meaning) {
    self = .image(meaning.manifest, index: meaning.index)
  }
}

extension LockRow {
  fileprivate mutating func take(_ answer: BaseInquiry.Answer) {
    switch answer {
    case .gone: state = .gone
    case .silence(let why): (state, reason) = (.unasked, why)
    case .means(let meaning):
      let now = LockedMeaning(meaning)
      (self.now, since) = (now, meaning.since)
      if pin?.meaning.isSame(as: now) != true {
        state = .moved
      } else if meaning.isLocal {
        (state, reason) = (.unasked, "it is a name in this store, and no registry was asked")
      }
    }
  }
}
