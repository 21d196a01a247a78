import ContextScan
import Diagnostics
import DockerfileSyntax
import FoundationEssentials

/// Answers what the parser, the word expansion and the ignore rules make of an input, one JSON line
/// for one JSON line, so that they can be held against other implementations.
package struct ParseOracle {
  package init() {}

  /// - Returns: One line without its line end; `{"skip":true}` for a question it does not know.
  package func answer(_ line: String) -> String {
    let answer: Answer
    do {
      answer = self.answer(try JSONDecoder().decode(Question.self, from: Data(line.utf8)))
    } catch {
      answer = Answer(error: "not a question")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(answer) else { return #"{"error":"no answer"}"# }
    return String(decoding: data, as: UTF8.self)
  }

  private func answer(_ question: Question) -> Answer {
    switch question.kind {
    case "ast": syntax(question.bytes)
    case "instr": instruction(question.bytes)
    case "word": word(question)
    case "words": words(question)
    case "match": match(question)
    case "ignorefile": ignoreFile(question.bytes)
    default: Answer(skip: true)
    }
  }

  // MARK: - Dockerfiles

  private func syntax(_ bytes: [UInt8]) -> Answer {
    let listing = SyntaxListing(SourceFile(name: "Dockerfile", bytes: bytes))
    if let error = listing.error { return Answer(error: error.message) }
    return Answer(dump: listing.dump, nodes: listing.nodes.map(Answer.Node.init))
  }

  /// An instruction by itself stands in a stage.
  private func instruction(_ bytes: [UInt8]) -> Answer {
    let instruction = SourceFile(name: "Dockerfile", bytes: bytes)
    let (alone, found) = Dockerfile.parse(instruction)
    var diagnostics = found
    if alone.stages.isEmpty {
      let staged = SourceFile(name: "Dockerfile", bytes: Array("FROM scratch\n".utf8) + bytes)
      diagnostics = Dockerfile.parse(staged).1
    }
    return Answer(error: diagnostics.first { $0.severity == .error }?.message)
  }

  // MARK: - Words

  private func word(_ question: Question) -> Answer {
    do throws(ExpansionError) {
      let lookup = question.lookup
      return Answer(
        result: .text(try WordExpansion().word(question.word ?? "", lookup: lookup).value))
    } catch {
      return Answer(error: error.diagnostic.message)
    }
  }

  private func words(_ question: Question) -> Answer {
    do throws(ExpansionError) {
      let lookup = question.lookup
      let words = try WordExpansion().words(question.word ?? "", lookup: lookup)
      return Answer(result: .list(words.value))
    } catch {
      return Answer(error: error.diagnostic.message)
    }
  }

  // MARK: - Ignore rules

  private func match(_ question: Question) -> Answer {
    do throws(IgnoreError) {
      let rules = try IgnoreRules(patterns: question.patterns ?? [])
      return Answer(match: rules.matchesAlone(Array((question.path ?? "").utf8)))
    } catch {
      return Answer(error: error.diagnostic.message)
    }
  }

  private func ignoreFile(_ bytes: [UInt8]) -> Answer {
    Answer(
      patterns: IgnoreFile.lines(of: bytes).map { String(decoding: $0.pattern, as: UTF8.self) })
  }
}

/// One line of input.
private struct Question: Decodable {
  let kind: String
  let text: String?
  let word: String?
  let env: [String]?
  let patterns: [String]?
  let path: String?

  /// What `text` holds in Base64.
  var bytes: [UInt8] { text.flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? [] }

  var lookup: WordExpansion.Lookup {
    var values: [String: String] = [:]
    for pair in env ?? [] {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    return { [values] in values[$0] }
  }
}

/// One line of output.
private struct Answer: Encodable {
  enum Result: Encodable {
    case text(String)
    case list([String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .list(let list): try container.encode(list)
      }
    }
  }

  struct Node: Encodable {
    let lines: [Int]
    let heredocs: [Body]

    init(_ node: SyntaxListing.Node) {
      lines = [node.lines.lowerBound, node.lines.upperBound]
      heredocs = node.heredocs.map(Body.init)
    }
  }

  /// In the words of the reference.
  struct Body: Encodable {
    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case content = "Content"
      case expands = "Expand"
      case stripsTabs = "Chomp"
      case fileDescriptor = "FileDescriptor"
    }

    let name: String
    let content: String
    let expands: Bool
    let stripsTabs: Bool
    let fileDescriptor: UInt

    init(_ heredoc: Heredoc) {
      name = heredoc.name
      content = heredoc.content
      expands = heredoc.expands
      stripsTabs = heredoc.stripsTabs
      fileDescriptor = heredoc.fileDescriptor
    }
  }

  var dump: String?
  var nodes: [Node]?
  var result: Result?
  var match: Bool?
  var patterns: [String]?
  var error: String?
  var skip: Bool?
}
