import Testing

@testable import Registry

@Suite struct ChallengeTests {
  @Test func bearer() {
    let header =
      #"Bearer realm="https://auth.example/token",service="a, b",scope="repository:x/y:pull,push""#
    #expect(
      Challenge.parse(header) == [
        Challenge(
          scheme: "bearer",
          parameters: [
            "realm": "https://auth.example/token", "service": "a, b",
            "scope": "repository:x/y:pull,push",
          ])
      ])
  }

  @Test(arguments: [
    (#"Basic realm="x""#, ["basic"]),
    ("Negotiate", ["negotiate"]),
    ("Negotiate, Basic realm=x", ["negotiate", "basic"]),
    (#"Basic realm="x", Bearer realm="y",service=z"#, ["basic", "bearer"]),
    ("BEARER Realm = \"y\" , error=\"insufficient_scope\"", ["bearer"]),
    ("", []), (",,,", []), ("=", []), ("Basic realm=\"unclosed", ["basic"]),
  ])
  func schemes(header: String, expected: [String]) {
    #expect(Challenge.parse(header).map(\.scheme) == expected)
  }

  @Test func escapesAndRepeats() {
    let parsed = Challenge.parse(#"Bearer realm="a\"b", realm="c", error=x"#)
    #expect(parsed.first?.parameters == ["realm": #"a"b"#, "error": "x"])
  }

  @Test func services() {
    func service(_ header: String) -> TokenService? {
      Challenge.parse(header).first.flatMap { TokenService($0) }
    }
    #expect(service(#"Bearer realm="https://a/t",service="s""#)?.service == "s")
    #expect(service(#"Bearer realm="/relative""#) == nil)
    #expect(service(#"Bearer realm="file:///etc/passwd""#) == nil)
    #expect(service(#"Basic realm="https://a/t""#) == nil)
  }

  @Test(arguments: [
    (#"{"token":"a"}"#, "a", 60), (#"{"access_token":"b","expires_in":300}"#, "b", 300),
    (#"{"token":"","access_token":"c","expires_in":-5}"#, "c", 0),
  ])
  func tokens(body: String, text: String, seconds: Int) {
    #expect(
      TokenService.token(in: Array(body.utf8))
        == TokenService.Token(text: text, lifetime: .seconds(seconds)))
  }

  @Test(arguments: ["", "{}", "[]", #"{"token":"a\r\nX: y"}"#, #"{"token":"a b"}"#])
  func unusableTokens(body: String) {
    #expect(TokenService.token(in: Array(body.utf8)) == nil)
  }

  @Test func scopes() {
    let pull = AccessScope.pull("a/b")
    #expect(pull.description == "repository:a/b:pull")
    let both = pull.union(AccessScope(parsing: "repository:a/b:push registry:catalog:*"))
    #expect(both.parts == ["registry:catalog:*", "repository:a/b:pull,push"])
    #expect(AccessScope(parsing: both.description) == both)
    #expect(AccessScope(parsing: "nonsense") == AccessScope())
  }
}
