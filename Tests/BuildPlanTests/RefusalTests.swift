import Diagnostics
import OCI
import Testing

@testable import BuildPlan

/// What is understood and cannot be done is said at its place, never passed over.
struct RefusalTests {
  @Test(arguments: [
    (
      "ADD --checksum=⟦sha256:\(String(repeating: "a", count: 64))⟧ a /b",
      "checksum-without-address"
    ),
    ("ADD --checksum=⟦sha256:12⟧ https://example.org/a /b", "invalid-checksum"),
    ("ADD --checksum=⟦main⟧ https://example.org/a.git /b", "invalid-checksum"),
    ("ADD ⟦git@example.org:a/b.git#-x⟧ /b", "invalid-git-ref"),
    ("⟦ONBUILD⟧ RUN x", "unsupported-instruction"),
    ("COPY --chmod=⟦rwx⟧ a /b", "invalid-mode"), ("COPY --chmod=⟦99⟧ a /b", "invalid-mode"),
    ("COPY --chmod=⟦17777⟧ a /b", "invalid-mode"), ("COPY --chmod=⟦+7⟧ a /b", "invalid-mode"),
    ("ENV A=⟦${B:?unset}⟧", nil), ("RUN a\nWORKDIR ⟦${B:?must be set}⟧", nil),
    ("EXPOSE ⟦99999⟧", "invalid-port"), ("STOPSIGNAL ⟦NOPE⟧", "invalid-signal"),
  ])
  func pointsAtIt(text: String, id: String?) {
    let marked = MarkedSource("FROM a\n" + text)
    let planned = Planned(marked.file)
    #expect(planned.plan == nil)
    #expect(planned.diagnostics.first?.span?.range == marked.ranges[0])
    if let id { #expect(planned.errors == [id]) }
  }

  @Test func everythingWrongIsSaidAtOnce() {
    let planned = Planned("FROM a\nEXPOSE x\nSTOPSIGNAL y\nCOPY --chmod=z a /b")
    #expect(planned.errors == ["invalid-port", "invalid-signal", "invalid-mode"])
  }

  @Test func triggersOfABaseAreNotIgnored() {
    var base = ImageConfig.Execution()
    base.onBuild = ["RUN x"]
    #expect(Planned("FROM b", bases: ["b:latest": base]).errors == ["unsupported-onbuild"])
  }
}

struct KeyTests {
  private static func key(_ run: RunOperation?, root: String = "root") -> Digest {
    var hasher = StepKeyHasher()
    run?.describe(
      to: &hasher, root: SHA256.digest(of: root),
      platform: Platform(os: "linux", architecture: "amd64"))
    return hasher.finalize()
  }

  @Test func everythingThatCanMatterDoes() {
    let texts = [
      "RUN x", "RUN y", "RUN [\"x\"]", "ENV A=1\nRUN x", "ENV A=2\nRUN x", "ENV AA=1\nRUN x",
      "USER u\nRUN x",
      "WORKDIR /w\nRUN x", "RUN --network=none x", "SHELL [\"/s\"]\nRUN x", "ARG A=3\nRUN x",
      "RUN <<E\n#!/a\nE", "RUN <<E\n#!/b\nE",
    ]
    let keys = texts.map { Self.key(Planned("FROM a\n\($0)").runs.last) }
    #expect(Set(keys).count == texts.count)
    let run = Planned("FROM a\nRUN x").runs.last
    #expect(Self.key(run) != Self.key(run, root: "other"))
    #expect(Self.key(run) == Self.key(Planned("FROM b AS c\nLABEL x=1\nRUN x").runs.last))
  }

  @Test func proxiesDoNot() {
    let plain = Planned("FROM a\nRUN x").runs.last
    let proxied = Planned("FROM a\nRUN x", arguments: ["http_proxy": "http://p"]).runs.last
    #expect(Self.key(plain) == Self.key(proxied))
  }

  /// Parts of a key never run together.
  @Test func fieldsAreApart() {
    func key(_ fields: [(StaticString, String)], list: [String] = []) -> Digest {
      var hasher = StepKeyHasher()
      for (name, value) in fields { hasher.field(name, value) }
      hasher.list("l", list)
      return hasher.finalize()
    }
    let keys = [
      key([("a", "b"), ("c", "d")]), key([("a", "b\nc 1\nd")]), key([("a", "")]), key([]),
      key([], list: ["a", "b"]), key([], list: ["ab"]), key([], list: ["a\nb"]),
      key([("l", "1")], list: []),
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test func listingAndHasherSeeTheSame() throws {
    let address = "https://user:pw12345@host/"
    let run = try #require(
      Planned("FROM a\nENV A=1 API_KEY=pw12345 IDX=\(address)\nRUN pip -i \(address)").runs.last)
    var listing = StepKeyListing()
    run.describe(to: &listing, root: nil, platform: .host)
    var hasher = StepKeyHasher()
    run.describe(to: &hasher, root: nil, platform: .host)
    #expect(listing.parts.contains(["environment", "A=1"]))
    #expect(!listing.parts.joined().contains { $0.contains("pw12345") })
    #expect(listing.parts.allSatisfy { $0.count == 2 })
    #expect(
      Set(listing.parts.map { $0[0] }).isSuperset(of: [
        "kind", "root", "user", "network", "platform",
      ]))
  }
}
