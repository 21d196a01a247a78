import OCI
import Storage

/// Which layer each snapshot is of, and what lies below it.
struct SnapshotOrigins: Sendable {
  struct Origin: Sendable {
    let layer: StoredLayer
    /// Bottom first; nil for a layer of runctl's own, to which that is all the same.
    let below: [Digest]?
  }

  private(set) var origins: [Digest: Origin] = [:]
  private let names: Set<Digest>
  private let layers: [Digest: StoredLayer]

  /// Of more guesses than that nobody waits for the end.
  private static let guessLimit = 4_000_000

  /// - Parameter stacks: The diff IDs of images, bottom first.
  init(of names: [Digest], layers: [StoredLayer], stacks: [[Digest]]) {
    self.names = Set(names)
    self.layers = Dictionary(layers.map { ($0.diffID, $0) }, uniquingKeysWith: { $1 })
    for layer in layers where layer.isOwn && self.names.contains(layer.diffID) {
      origins[layer.diffID] = Origin(layer: layer, below: nil)
    }
    var chains: [Digest?: [Digest]] = [nil: []]
    for stack in stacks {
      var chain: Digest?
      for (position, diffID) in stack.enumerated() {
        let below = Array(stack[..<position])
        chain = note(diffID, on: chain, below)
        chains[chain] = below + [diffID]
      }
    }
    guess(on: chains)
  }

  /// - Returns: The chain ID of the layer on top of `chain`.
  @discardableResult
  private mutating func note(_ diffID: Digest, on chain: Digest?, _ below: [Digest]) -> Digest {
    let name = ChainID.appending(diffID, to: chain)
    if names.contains(name), origins[name] == nil, let layer = layers[diffID] {
      origins[name] = Origin(layer: layer, below: below)
    }
    return name
  }

  /// Stages that no image ends with are nowhere written down: any layer may lie on any other.
  private mutating func guess(on known: [Digest?: [Digest]]) {
    var (frontier, guesses) = (known, 0)
    while origins.count < names.count, !frontier.isEmpty {
      var found: [Digest?: [Digest]] = [:]
      for (chain, below) in frontier {
        guesses += layers.count
        if guesses > Self.guessLimit { return }
        for diffID in layers.keys {
          let count = origins.count
          let name = note(diffID, on: chain, below)
          if origins.count > count { found[name] = below + [diffID] }
        }
      }
      frontier = found
    }
  }
}
