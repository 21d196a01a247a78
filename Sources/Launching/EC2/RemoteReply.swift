import FoundationEssentials
import State

/// What an instance says of a run when it is asked with a ``RemoteLook``.
struct RemoteReply: Equatable {
  enum Piece: Equatable {
    case plain([UInt8])
    case packed([UInt8])
    /// It waits in S3.
    case passed
  }

  /// Bytes in the log, when the instance looked.
  var size: Int64 = 0
  var phase = ""
  var ending: RunRecord.Ending?
  /// Whether the instance knows of the run.
  var isThere = true
  /// With ``ending``, unless the program was never started.
  var duration: Duration?
  var health: RunNews.Health?
  /// Whether all outputs are where they were to be copied to.
  var isCopied = false
  var notes: [String] = []
  var piece = Piece.plain([])

  /// - Returns: nil for what no script of ours prints.
  init?(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first else { return nil }
    if first == "gone" {
      isThere = false
      ending = .failed(reason: "the instance knows nothing of the run")
      return
    }
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      let value = words.count > 1 ? words[1] : ""
      switch words.first {
      case "size":
        guard let size = Int64(value) else { return nil }
        self.size = size
      case "phase": phase = value
      case "ending":
        guard let ending = Self.ending(value) else { return nil }
        self.ending = ending
      case "took": duration = Int64(value).map { .seconds(max(0, $0)) }
      case "copied": isCopied = true
      case "note": notes.append(value)
      case "health": health = RunNews.Health(rawValue: value)
      case "passed": piece = .passed
      case "raw", "gzip":
        guard let bytes = Data(base64Encoded: lines[(index + 1)...].joined()) else { return nil }
        piece = line == "raw" ? .plain(Array(bytes)) : .packed(Array(bytes))
        return
      default: return nil
      }
    }
  }

  private static func ending(_ text: String) -> RunRecord.Ending? {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return nil }
    if words[0] == "failed" { return .failed(reason: words[1]) }
    guard let code = Int32(words[1]) else { return nil }
    switch words[0] {
    case "exited": return .exited(code: code)
    case "stopped": return .stopped(code: code)
    case "timeout": return .timedOut
    case "memory": return .outOfMemory
    default: return nil
    }
  }
}
