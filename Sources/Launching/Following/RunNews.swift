package import State

/// What a run printed since somebody looked, and how it stands.
package struct RunNews: Sendable, Hashable {
  package enum Stream: UInt8, Sendable, Hashable {
    case output = 1
    case errors = 2
  }

  /// Bytes that came together.
  package struct Chunk: Sendable, Hashable {
    package let stream: Stream
    package let bytes: [UInt8]
    /// When they were printed, or at least seen: milliseconds since 1970-01-01T00:00:00Z.
    package let time: Int64

    package init(stream: Stream, bytes: [UInt8], time: Int64) {
      self.stream = stream
      self.bytes = bytes
      self.time = time
    }
  }

  /// In order, without a gap.
  package var chunks: [Chunk]
  /// How it ended; nil while it runs, or while there is more to be read.
  package var ending: RunRecord.Ending?
  /// What its HEALTHCHECK says; nil without one.
  package var health: Health?
  /// How long the program ran, with ``ending``, where the place keeps that itself.
  package var duration: Duration?
  /// Whether all outputs are in S3, with ``ending``; only for a run on an instance.
  package var isCopied = false

  package enum Health: String, Sendable, Hashable {
    case starting
    case healthy
    case unhealthy
  }

  package init(chunks: [Chunk] = [], ending: RunRecord.Ending? = nil, health: Health? = nil) {
    self.chunks = chunks
    self.ending = ending
    self.health = health
  }
}
