import BuildPlan
import Diagnostics
import OCI
import Processes
import Registry
import Storage

/// Files at addresses, and what the store knows of them.
struct DownloadClient: Sendable {
  let services: BuildServices
  private let downloader: FileDownloader

  init(_ services: BuildServices, _ environment: [String: String]) {
    self.services = services
    let interruption = services.interruption
    downloader = FileDownloader(environment: environment) { interruption.requested != nil }
  }

  /// What was there when it was last asked for; its content is here.
  func known(_ source: DownloadSource) throws -> FileDownloader.File? {
    guard let record = try services.store.sources.record(of: SourceName(source).text),
      let content = record.content, try services.store.blobs.size(of: content) != nil
    else { return nil }
    return FileDownloader.File(
      content: content, size: record.size, validator: .init(text: record.mark))
  }

  func remember(_ file: FileDownloader.File, for source: DownloadSource) throws {
    let record = SourceRecord(
      content: file.content, size: file.size, mark: file.validator?.text ?? "")
    try services.store.sources.set(SourceName(source).text, to: record)
  }

  /// Brings what is there now into the store.
  /// - Parameter known: What is here already.
  func fetch(
    _ source: DownloadSource, unless known: FileDownloader.File?
  ) throws -> FileDownloader.File {
    let shown = SecretAddress.masked(source.url)
    let start = ContinuousClock.now
    services.events(known == nil ? .downloading(shown) : .asking(shown))
    let progress = DownloadProgress(services.events)
    let answer = try downloader.fetch(
      source.url, into: services.store.blobs, unless: known?.validator, progress: progress.note)
    switch (answer, known) {
    case (.file(let file), _):
      services.events(.downloaded(shown, bytes: file.size, duration: .now - start))
      return file
    case (.unchanged, let known?): return known
    case (.unchanged, nil): throw DownloadError.refused(url: shown, status: 304)
    }
  }
}

/// Turns sums into differences, on one thread.
private final class DownloadProgress {
  private let events: EventSink
  private var seen: Int64 = 0

  init(_ events: @escaping EventSink) { self.events = events }

  func note(_ arrived: Int64, of total: Int64?) {
    if seen == 0, let total { events(.expecting(bytes: total)) }
    // What breaks off is begun anew.
    if arrived > seen { events(.transferred(bytes: arrived - seen)) }
    seen = max(seen, arrived)
  }
}
