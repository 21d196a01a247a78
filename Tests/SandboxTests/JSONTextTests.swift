import FoundationEssentials
import Testing

@testable import Sandbox

@Suite struct JSONTextTests {
  @Test func isReadBackByAnotherReader() throws {
    struct Document: Decodable, Equatable {
      let text: String
      let numbers: [Int]
      let flag: Bool
      let empty: [String: String]
    }
    let text = "quote \" backslash \\ newline \n tab \t bell \u{7} delete \u{7f} ü 🐟 </script>"
    let json: JSONText = [
      "text": .string(text), "numbers": [-1, 0, 4_294_967_295], "flag": true, "empty": [:],
    ]
    #expect(
      try JSONDecoder().decode(Document.self, from: Data(json.bytes))
        == Document(text: text, numbers: [-1, 0, 4_294_967_295], flag: true, empty: [:]))
  }

  @Test func noSystemCallIsBothAllowedAndRefused() {
    #expect(Set(SystemCalls.allowed).isDisjoint(with: SystemCalls.refused))
    #expect(Set(SystemCalls.allowed).count == SystemCalls.allowed.count)
  }
}
