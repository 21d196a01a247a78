import Diagnostics
import OCI
import Testing

@testable import BuildPlan

struct RemoteSourceTests {
  private func file(_ source: String) -> RemoteFile? {
    Planned("FROM a\nADD \(source) /d/").copies.last?.remotes.first
  }

  @Test(arguments: [
    ("https://h/a/b.txt", "b.txt"), ("https://h/a/b%20c?q=1#x", "b c"),
    ("https://h/", "__unnamed__"),
    ("https://h", "__unnamed__"), ("https://h/dir/", "dir"), ("https://h/..", "__unnamed__"),
    ("https://h/%2e%2e", "__unnamed__"), ("https://h/a%2Fb", "__unnamed__"),
    ("https://h/?a/b", "__unnamed__"), ("https://h/100%", "100%"),
  ])
  func aFileIsCalledAsTheAddressEnds(_ url: String, _ name: String) {
    #expect(file(url)?.name == name)
  }

  @Test(arguments: [
    ("https://h/a.git", "https://h/a.git", "", "/"),
    ("https://h/a.git#v1", "https://h/a.git", "v1", "/"),
    ("https://h/a.git#v1:x/y", "https://h/a.git", "v1", "/x/y"),
    ("https://h/a.git#:x", "https://h/a.git", "", "/x"),
    ("git@h:a/b", "git@h:a/b", "", "/"), ("ssh://git@h/a", "ssh://git@h/a", "", "/"),
    ("git://h/a#refs/heads/x", "git://h/a", "refs/heads/x", "/"),
  ])
  func repositoriesAreKnownByTheirAddress(
    _ text: String, _ url: String, _ ref: String, _ directory: String
  ) throws {
    guard case .repository(let found)? = file(text)?.source else {
      Issue.record("no repository")
      return
    }
    #expect((found.url, found.ref) == (url, ref))
    #expect(found.directory.description == directory)
  }

  @Test(arguments: [
    "-x", "a..b", "a b", "a\u{7f}", "a~1", "a^", "a:b/../c", "@", "a@{1}", "a.lock", "/a", "a//b",
    "a/.b", "a?", "a*", "a[", "a\\b",
  ])
  func whatGitCouldMistakeIsNoRef(_ text: String) {
    #expect(RepositoryFragment(text) == nil)
  }

  @Test(arguments: ["ftp://h/a", "ext::sh -c x", "file:///a.git", "a.git", "github.com/a/b.git"])
  func otherWordsArePathsOfTheContext(_ text: String) {
    #expect(RemoteAddress(text) == nil)
  }

  @Test func whatLetsPeopleInIsNotShown() throws {
    let planned = Planned("FROM a\nADD https://me:word@h/a.git#x /d/")
    let copy = try #require(planned.copies.last)
    #expect(copy.remotes.map(\.source.shown) == ["https://<secret>@h/a.git#x"])
    let plan = try #require(planned.plan)
    #expect(plan.steps.map(\.instruction).contains { $0.contains("word") } == false)
    #expect(plan.history.map(\.instruction).contains { $0.contains("word") } == false)
  }
}
