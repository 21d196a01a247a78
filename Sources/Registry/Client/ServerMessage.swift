import FoundationEssentials

/// What a registry says about a failure, made fit for a terminal.
///
/// Source: distribution-spec v1.1, "Error codes".
package struct ServerMessage: Sendable, Hashable, CustomStringConvertible {
  /// `DENIED`, `MANIFEST_INVALID`, …
  package let code: String?
  package let message: String?

  package init(code: String? = nil, message: String? = nil) {
    self.code = code
    self.message = message
  }

  private struct Body: Decodable {
    struct Failure: Decodable {
      var code: String?
      var message: String?
    }
    var errors: [Failure]?
    /// Token services are not held to the form of registries.
    var details: String?
    var error_description: String?
    var message: String?
  }

  init(_ response: HTTPResponse) {
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(response.body)) else {
      let isText = response.header("content-type")?.hasPrefix("text/plain") == true
      let text = isText ? String(decoding: response.body, as: UTF8.self) : ""
      self.init(message: Self.clean(text))
      return
    }
    let first = body.errors?.first
    self.init(
      code: first?.code.flatMap { Self.clean($0, limit: 60) },
      message: Self.clean(
        first?.message ?? body.details ?? body.error_description ?? body.message ?? ""))
  }

  private static func clean(_ text: String, limit: Int = 300) -> String? {
    let plain = PlainText.sanitised(text, limit: limit)
    return plain.isEmpty ? nil : plain
  }

  /// Empty when the registry said nothing.
  package var description: String {
    [message, code.map { message == $0 ? nil : "(\($0))" } ?? nil].compactMap(\.self)
      .joined(separator: " ")
  }
}
