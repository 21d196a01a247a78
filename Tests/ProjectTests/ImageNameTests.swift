import Testing

@testable import Project

struct ImageNameTests {
  @Test(arguments: [
    ("digits", "digits"), ("My Project (v2)", "my-project-v2"), ("a_b.c", "a_b.c"),
    ("a._b", "a--b"), ("__x__", "x"), ("Größe", "gr-e"), ("...", "project"), ("", "project"),
    ("日本", "project"), ("-a-", "a"),
    (String(repeating: "x", count: 300), String(repeating: "x", count: 128)),
  ])
  func areMadeFromFolders(_ folder: String, _ name: String) {
    #expect(ImageName.from(folder: folder) == name)
  }

  @Test(arguments: ["train", "a.b_c-d", "2"])
  func canBe(_ name: String) {
    #expect(ImageName.isValid(name))
  }

  @Test(arguments: [
    "", "A", "a/b", "a:b", "a@b", "-a", "a..b", "push", "run", "image", "tag", "a b",
  ])
  func cannotBe(_ name: String) {
    #expect(!ImageName.isValid(name))
  }

  @Test(arguments: [
    ("docker.io", true), ("localhost", true), ("a.b:5000", true), ("host:80", true),
    ("hub", false), ("a.b/c", false), ("", false), ("a b.c", false),
  ])
  func hosts(_ text: String, _ isHost: Bool) {
    #expect(RegistryHost.isHost(text) == isHost)
  }

  @Test(arguments: [
    ("https://mirror.example.com", true), ("http://mirror:5000/v2-cache", true),
    ("http://mirror", true), ("localhost:5000", true), ("mirror", false),
    ("https://u:p@a.b", false), ("ftp://a.b", false), ("https://a.b/../c", false),
    ("https://a.b?x=1", false), ("https://", false),
  ])
  func mirrors(_ text: String, _ isMirror: Bool) {
    #expect(RegistryHost.isMirror(text) == isMirror)
  }
}
