package import BuildPlan
import Diagnostics
package import OCI
import Registry

/// Asks what the sources of ADDs mean now, whatever is pinned.
package struct SourceInquiry: Sendable {
  /// What a source means: a content, or a commit.
  package enum Meaning: Sendable, Equatable {
    case content(Digest)
    case commit(GitCommit)
  }

  package enum Answer: Sendable {
    case means(Meaning)
    /// There is nothing any more.
    case gone
    /// Nobody could be asked.
    case silence(reason: String)
  }

  private let downloads: DownloadClient
  private let repositories: RepositoryClient

  package init(_ services: BuildServices, environment: [String: String]) {
    downloads = DownloadClient(services, environment)
    repositories = RepositoryClient(services: services, environment: environment)
  }

  /// What the store takes a source to mean; it is only asked for when nothing is known.
  package func known(_ source: RemoteSource) throws -> Meaning {
    switch source {
    case .download(let download):
      if let known = try downloads.known(download) { return .content(known.content) }
    case .repository(let repository):
      if let known = try repositories.known(repository) { return .commit(known) }
    }
    return try now(source, than: nil)
  }

  /// What a source means now.
  /// - Parameter pin: What it is taken to mean; nil when there is nothing to fall back to.
  package func ask(_ source: RemoteSource, than pin: Meaning?) throws -> Answer {
    do {
      return .means(try now(source, than: pin))
    } catch let error as DownloadError where pin != nil {
      if error.isGone { return .gone }
      guard error.isSilence else { throw error }
      return .silence(reason: error.diagnostic.message)
    } catch let error as RepositoryError where pin != nil {
      if case .noSuchRef = error { return .gone }
      guard error.isSilence else { throw error }
      return .silence(reason: error.diagnostic.message)
    }
  }

  /// An answer that is not the pin is kept in mind only by who takes it over.
  private func now(_ source: RemoteSource, than pin: Meaning?) throws -> Meaning {
    switch source {
    case .download(let download):
      let known = try downloads.known(download)
      let isPinned = known.map { pin == nil || pin == .content($0.content) } ?? false
      let file = try downloads.fetch(download, unless: isPinned ? known : nil)
      let meaning = Meaning.content(file.content)
      if pin == nil || pin == meaning { try downloads.remember(file, for: download) }
      return meaning
    case .repository(let repository):
      let commit = try repositories.ask(repository)
      if pin == nil { try repositories.remember(commit, for: repository) }
      return .commit(commit)
    }
  }
}
