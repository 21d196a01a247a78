/// What a run may use of the machine that it is on.
package struct RunResources: Sendable, Hashable, Codable {
  package enum GPUs: Sendable, Hashable, Codable {
    /// All, where there are any.
    case auto
    /// All: without any the run fails.
    case all
    case count(Int)
    case none

    /// - Parameter text: `auto`, `all`, `none`, or how many; nil comes back for anything else.
    package init?(_ text: String) {
      switch text {
      case "auto": self = .auto
      case "all": self = .all
      case "none", "0": self = .none
      default:
        guard let count = Int(text), count > 0 else { return nil }
        self = .count(count)
      }
    }
  }

  package var gpus = GPUs.auto
  /// Of `/dev/shm`, in bytes; nil is as much as the machine's memory allows.
  package var sharedMemory: Int64?
  /// In bytes; nil does not limit it.
  package var memory: Int64?
  /// Processors, also in parts; nil does not limit them.
  package var cpus: Double?
  /// After this the run is ended; nil lets it run as long as it wants.
  package var timeout: Duration?

  package init() {}
}
