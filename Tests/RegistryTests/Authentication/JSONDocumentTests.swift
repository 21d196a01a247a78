import Testing

@testable import Registry

@Suite struct JSONDocumentTests {
  private func edited(_ text: String, _ edit: (inout JSONDocument) -> Void) -> String {
    var document = JSONDocument(Array(text.utf8))
    edit(&document)
    return String(decoding: document.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("{}", "{\n\t\"auths\": {\n\t\t\"r\": 1\n\t}\n}"),
    (
      #"{"a": 12345678901234567890}"#,
      "{\"a\": 12345678901234567890,\n\t\"auths\": {\n\t\t\"r\": 1\n\t}}"
    ),
    (#"{"auths": null, "b": 1.0}"#, "{\"auths\": {\n\t\t\"r\": 1\n\t}, \"b\": 1.0}"),
    (#"{"auths":{},"b":2}"#, "{\"auths\":{\n\t\t\"r\": 1\n\t},\"b\":2}"),
    (#"{"auths":{"x": {"auth":"}"}}}"#, "{\"auths\":{\"x\": {\"auth\":\"}\"},\n\t\t\"r\": 1}}"),
    (#"{"auths":{"r": {"auth":"\"}"}, "y":[1,{}]}}"#, #"{"auths":{"r": 1, "y":[1,{}]}}"#),
    (#"{"auths":{"\u0072": "old" }}"#, #"{"auths":{"\u0072": 1 }}"#),
    (#" { "auths" : { "r" :true} , "z" : null } "#, #" { "auths" : { "r" :1} , "z" : null } "#),
  ])
  func sets(before: String, after: String) {
    #expect(edited(before) { $0.set("1", of: "r", in: "auths") } == after)
  }

  @Test(arguments: [
    ("{}", "{}"),
    (#"{"auths":{"x":1}}"#, #"{"auths":{"x":1}}"#),
    (#"{"auths": { "r": {"auth": "a"} } , "k": 0}"#, #"{"auths": {} , "k": 0}"#),
    (#"{"auths":{"r":1, "x":2}}"#, #"{"auths":{"x":2}}"#),
    (#"{"auths":{"x":2 , "r":1}}"#, #"{"auths":{"x":2}}"#),
    (#"{"auths":{"r":1,"x":2,"r":3}}"#, #"{"auths":{"x":2}}"#),
    (#"{"r":1,"auths":{"r":"a,b\\"}}"#, #"{"r":1,"auths":{}}"#),
  ])
  func removes(before: String, after: String) {
    #expect(edited(before) { $0.remove("r", in: "auths") } == after)
  }
}
