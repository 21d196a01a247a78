extension RemoteSource {
  /// - Parameter address: As an ADD has it; its options are not known.
  /// - Returns: nil for what is no address.
  package init?(address: String) {
    switch RemoteAddress(address) {
    case .web(let url)?: self = .download(DownloadSource(url: url))
    case .git(let url, let text)?:
      guard let fragment = RepositoryFragment(text) else { return nil }
      self = .repository(
        RepositorySource(
          url: url, ref: fragment.ref, directory: fragment.directory, keepsGitDirectory: false,
          checksum: nil))
    case nil: return nil
    }
  }
}
