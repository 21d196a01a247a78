import Foundation
import Testing

/// What `verify --json` says of one image.
struct VerifiedImage: Decodable {
  struct Document: Decodable {
    let schemaVersion: Int
    let images: [VerifiedImage]
  }

  struct Change: Decodable, Equatable {
    let property: String
    let first: String?
    let second: String?
  }

  struct File: Decodable, Equatable {
    let path: String
    let changes: [Change]
  }

  struct Place: Decodable, Equatable {
    let file: String
    let line: Int
    let step: String
    let instruction: String
  }

  struct Finding: Decodable, Equatable {
    let place: Place?
    let cause: String
    let evidence: String?
    let remedy: String
    let files: [File]
  }

  struct Echo: Decodable, Equatable {
    let place: Place
    let follows: String
  }

  let isReproducible: Bool
  let first: String
  let second: String
  let against: String?
  let builds: Int
  let findings: [Finding]
  let echoes: [Echo]
  let configuration: [Change]
  let differsInCompressionOnly: Bool

  static func only(in result: ProgramResult) throws -> VerifiedImage {
    let document = try #require(
      try? JSONDecoder().decode(Document.self, from: Data(result.output.utf8)), "\(result)")
    #expect(document.schemaVersion == 1 && document.images.count == 1)
    return try #require(document.images.first)
  }
}

extension Workbench {
  /// Runs `verify --json` for the one image of the project.
  func verify(_ options: String...) throws -> (code: Int32, image: VerifiedImage) {
    let result = try start(["verify", "--json"] + options).wait()
    return (result.code, try VerifiedImage.only(in: result))
  }
}
