package import Diagnostics
package import OCI

/// Why a cache cannot be put into an archive, or taken out of one.
package enum CarryError: ReportableError, Equatable {
  /// Nothing that was asked for was ever built.
  case nothingBuilt(images: [String])
  /// A part of an image that is to be carried was lost.
  case incompleteImage(name: String, missing: Digest)
  /// The archive is none, or not of a cache.
  case notACache(reason: String)
  case unexpectedEntry(String)
  case repeatedEntry(String)
  /// The bytes under a name are not what it says.
  case wrongContent(Digest)
  case missingContent(Digest)
  case wrongSize(Digest, expected: Int64, actual: Int64)

  package var diagnostic: Diagnostic {
    Diagnostic(id: id, message, help: help)
  }

  private var id: String {
    switch self {
    case .nothingBuilt: "nothing-to-export"
    case .incompleteImage: "incomplete-cache"
    case .notACache, .unexpectedEntry, .repeatedEntry: "not-a-cache"
    case .wrongContent, .missingContent, .wrongSize: "damaged-cache"
    }
  }

  private var message: String {
    switch self {
    case .nothingBuilt(let images):
      "nothing can be exported: \(images.map { "'\($0)'" }.joined(separator: ", ")) was never built"
    case .incompleteImage(let name, let missing):
      "'\(name)' is no longer whole in the store: \(missing) is missing"
    case .notACache(let reason): "this is no archive of a cache: \(reason)"
    case .unexpectedEntry(let name): "this is no archive of a cache: it holds '\(name)'"
    case .repeatedEntry(let name): "this is no archive of a cache: it holds '\(name)' twice"
    case .wrongContent(let digest): "the archive is damaged: \(digest) has other bytes"
    case .missingContent(let digest): "the archive is not complete: it lacks \(digest)"
    case .wrongSize(let digest, let expected, let actual):
      "the archive is damaged: \(digest) has \(actual) bytes, and \(expected) are said"
    }
  }

  private var help: String {
    switch self {
    case .nothingBuilt: "build it first: runctl build"
    case .incompleteImage: "bring it back first: runctl build -B"
    case .notACache, .unexpectedEntry, .repeatedEntry:
      "name a file that 'runctl cache export' wrote"
    case .wrongContent, .missingContent, .wrongSize:
      "copy it again, or make it anew with 'runctl cache export'"
    }
  }
}
