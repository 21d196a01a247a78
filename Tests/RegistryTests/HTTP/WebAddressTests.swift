import Testing

@testable import Registry

@Suite struct WebAddressTests {
  @Test(arguments: [
    ("http://h:5000/v2/", "http://h:5000/v2/"),
    ("HTTPS://Reg.Example:443/a?b=c#d", "https://reg.example/a?b=c"),
    ("http://h:80", "http://h/"),
    ("https://h?q", "https://h/?q"),
    ("http://[::1]:5000/x", "http://[::1]:5000/x"),
    ("http://h/a?_state=a%20b%2Fc%2Bd%3D%3D", "http://h/a?_state=a%20b%2Fc%2Bd%3D%3D"),
  ])
  func reads(text: String, expected: String) {
    #expect(WebAddress(text)?.description == expected)
  }

  @Test(arguments: [
    "", "h/a", "ftp://h/", "file:///etc/passwd", "http://", "http:///a", "http://user@h/",
    "http://user:pw@h/", "http://h/a b", "http://h/\r\nX: y", "http://h\\@evil/", "http://:80/",
  ])
  func refuses(text: String) {
    #expect(WebAddress(text) == nil)
  }

  @Test(arguments: [
    ("http://other/x?y", "http://other/x?y"),
    ("/v2/x?_state=%2F", "https://h:1/v2/x?_state=%2F"),
    ("//other/x", "https://other/x"),
    ("next", "https://h:1/a/next"),
    ("?q=2", "https://h:1/a/b?q=2"),
    ("/x?u=http://in/query", "https://h:1/x?u=http://in/query"),
  ])
  func resolves(location: String, expected: String) {
    #expect(WebAddress("https://h:1/a/b?q=1")?.resolving(location)?.description == expected)
  }

  @Test(arguments: ["ftp://h/x", "javascript:x", "file:///x", "/a b", "http://u:p@h/"])
  func resolvesNothingElse(location: String) {
    #expect(WebAddress("https://h/a")?.resolving(location) == nil)
  }

  @Test(arguments: [
    ("http://h/u", "http://h/u?digest=1"),
    ("http://h/u?", "http://h/u?digest=1"),
    ("http://h/u?s=%20", "http://h/u?s=%20&digest=1"),
  ])
  func appends(text: String, expected: String) {
    #expect(WebAddress(text)?.appending("digest", "1").description == expected)
  }

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST:5000", true), ("127.0.0.1:5000", true), ("127.9.8.7", true),
    ("[::1]:5000", true), ("127.0.0.1.example.org", false), ("127.example.org", false),
    ("127.0.0.256", false), ("localhost.example.org", false), ("10.0.0.1", false),
    ("[::2]", false),
  ])
  func loopback(authority: String, expected: Bool) {
    #expect(LoopbackHost.contains(authority) == expected)
  }
}
