/// The identity of a stack of layers.
///
/// Source: OCI image-spec v1.1, `config.md`, "Layer ChainID".
package enum ChainID {
  /// - Returns: nil for no layers.
  package static func of(_ diffIDs: some Sequence<Digest>) -> Digest? {
    var chain: Digest?
    for diffID in diffIDs { chain = appending(diffID, to: chain) }
    return chain
  }

  package static func appending(_ diffID: Digest, to chain: Digest?) -> Digest {
    guard let chain else { return diffID }
    return SHA256.digest(of: "\(chain) \(diffID)")
  }
}
