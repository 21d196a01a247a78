package import BuildPlan
import Diagnostics
package import OCI
import Registry
import Storage

/// What the sources of ADDs are taken to mean, whatever they mean by now.
package struct SourcePins: Sendable {
  /// By address, without what lets anybody in.
  package var contents: [String: Digest] = [:]
  /// By address and ref.
  package var commits: [RepositoryName: GitCommit] = [:]

  package init() {}
}

/// A branch, tag or commit of a repository.
package struct RepositoryName: Sendable, Hashable {
  /// Without what lets anybody in.
  package let url: String
  /// Empty is what HEAD names.
  package let ref: String

  package init(url: String, ref: String) {
    (self.url, self.ref) = (SecretAddress.masked(url), ref)
  }
}

/// Finds out what ADDs take from elsewhere, and brings it into the store: what is pinned, what was
/// found when it was last asked for, or what is there now.
package struct SourceResolver: Sendable {
  private let services: BuildServices
  private let downloads: DownloadClient
  private let repositories: RepositoryClient
  /// nil when nothing is pinned in this project.
  private let pins: SourcePins?
  /// Ask although the answer of an earlier time is known.
  private let asksAgain: Bool
  /// Put a new answer in the place of an earlier one.
  private let remembers: Bool

  package init(
    _ services: BuildServices, environment: [String: String], pins: SourcePins?,
    asksAgain: Bool, remembers: Bool
  ) {
    self.services = services
    downloads = DownloadClient(services, environment)
    repositories = RepositoryClient(services: services, environment: environment)
    self.pins = pins
    self.asksAgain = asksAgain
    self.remembers = remembers
  }

  /// - Throws: ``StepFailure`` with the place where the Dockerfile names the source.
  package func resolve(_ files: [RemoteFile]) throws -> [RemoteSource: ResolvedSource] {
    var found: [RemoteSource: ResolvedSource] = [:]
    for file in files {
      do {
        switch file.source {
        case .download(let download): found[file.source] = try resolve(download)
        case .repository(let repository): found[file.source] = try resolve(repository)
        }
      } catch {
        throw StepFailure(span: file.span, instruction: "", cause: error)
      }
    }
    return found
  }

  private func resolve(_ source: DownloadSource) throws -> ResolvedSource {
    let shown = SecretAddress.masked(source.url)
    let pin = pins?.contents[shown]
    let wanted = source.checksum ?? pin
    try tell(isPinned: pin != nil || source.checksum != nil, shown)
    let lock = try services.store.lock(SHA256.digest(of: "download \(shown)")) {
      services.events(.waitingForSource(shown))
    }
    defer { _ = lock }
    let known = try downloads.known(source)
    if let known, wanted.map({ $0 == known.content }) ?? !asksAgain {
      return .file(known.content, size: known.size)
    }
    // What is named by its digest may be here from another address.
    if let wanted, let size = try services.store.blobs.size(of: wanted) {
      return .file(wanted, size: size)
    }
    let now = try downloads.fetch(source, unless: wanted == nil ? known : nil)
    if let wanted, wanted != now.content {
      throw DownloadError.otherContent(
        url: shown, expected: wanted, actual: now.content, isPinned: source.checksum == nil)
    }
    if known == nil || remembers { try downloads.remember(now, for: source) }
    return .file(now.content, size: now.size)
  }

  private func resolve(_ source: RepositorySource) throws -> ResolvedSource {
    let name = RepositoryName(url: source.url, ref: source.ref)
    let pin = pins?.commits[name]
    let isFixed = GitCommit(source.ref) != nil || source.checksum != nil
    try tell(isPinned: pin != nil || isFixed, source.shown)
    let lock = try services.store.lock(SHA256.digest(of: "repository \(name.url)")) {
      services.events(.waitingForSource(name.url))
    }
    defer { _ = lock }
    let commit = try pin ?? self.commit(of: source)
    if let wanted = source.checksum, wanted != commit {
      throw RepositoryError.otherCommit(url: name.url, expected: wanted, actual: commit)
    }
    let tree = try repositories.tree(of: source, at: commit)
    return .tree(commit, archive: tree.digest, size: tree.size)
  }

  private func commit(of source: RepositorySource) throws -> GitCommit {
    if let commit = GitCommit(source.ref) { return commit }
    let known = try repositories.known(source)
    if let known, !asksAgain { return known }
    let now = try repositories.ask(source)
    if known == nil || remembers { try repositories.remember(now, for: source) }
    return now
  }

  private func tell(isPinned: Bool, _ shown: String) throws {
    guard pins != nil else { return }
    if !isPinned { services.events(.unpinned(shown)) }
    if isPinned, asksAgain { services.events(.keptPin(shown)) }
  }
}
