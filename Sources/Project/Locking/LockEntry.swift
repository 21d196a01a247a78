package import OCI

/// A name that can come to mean something else: what a lock pins.
package enum LockedName: Sendable, Hashable {
  case base(ImageReference, Platform)
  /// `ADD` of a URL, without what lets people in.
  case download(url: String)
  /// `ADD` of a git repository; an empty ref is what its HEAD names.
  case repository(url: String, ref: String)

  /// As people write it.
  package var familiar: String {
    switch self {
    case .base(let reference, _): reference.familiar
    case .download(let url): url
    case .repository(let url, let ref): ref.isEmpty ? url : "\(url)#\(ref)"
    }
  }

  /// Whether a person who writes this means it.
  package func isMeant(by text: String) -> Bool {
    if text == familiar { return true }
    switch self {
    case .base(let reference, _): return ImageReference(text) == reference
    case .download: return false
    case .repository(let url, _): return text == url
    }
  }
}

/// What a name means: the thing itself, which cannot change.
package enum LockedMeaning: Sendable, Hashable {
  /// The manifest for the platform; and what the tag named, where that was an index of several.
  case image(Digest, index: Digest?)
  case content(Digest)
  case commit(GitCommit)

  /// As a whole.
  package var description: String {
    switch self {
    case .image(let digest, _), .content(let digest): digest.description
    case .commit(let commit): commit.hex
    }
  }

  /// As people are shown it.
  package var short: String {
    switch self {
    case .image(let digest, _), .content(let digest): digest.short
    case .commit(let commit): commit.short
    }
  }

  /// Whether builds make the same of it: an index may change where another platform's image did.
  package func isSame(as other: LockedMeaning) -> Bool {
    switch (self, other) {
    case (.image(let own, _), .image(let others, _)): own == others
    default: self == other
    }
  }
}

/// A name, what it is taken to mean, and since when.
package struct LockEntry: Sendable, Hashable {
  package let name: LockedName
  package let meaning: LockedMeaning
  /// When it was pinned: RFC 3339, in UTC.
  package let locked: String

  package init(name: LockedName, meaning: LockedMeaning, locked: String) {
    self.name = name
    self.meaning = meaning
    self.locked = locked
  }
}
