import OCI
import TestSupport
import Testing

@testable import Storage

struct PrunePlanTests {
  private static let day: Int64 = 86_400
  private static let now = 100 * day

  private static func digest(_ name: String) -> Digest { SHA256.digest(of: name) }

  private static func layer(
    _ name: String, _ bytes: Int64 = 100, daysAgo: Int64 = 1, took: Int64 = 10,
    _ standing: StoredItem.Standing = .current, isInUse: Bool = false
  ) -> StoredItem {
    StoredItem(
      .blob(digest(name)), .layer, bytes: bytes, lastUsed: now - daysAgo * day,
      rebuild: .seconds(took), standing: standing, isInUse: isInUse, title: name)
  }

  private static func snapshot(
    _ name: String, of layer: String?, _ bytes: Int64 = 300, daysAgo: Int64 = 1,
    _ standing: StoredItem.Standing = .current, isInUse: Bool = false
  ) -> StoredItem {
    StoredItem(
      .snapshot(digest(name)), .snapshot, bytes: bytes, lastUsed: now - daysAgo * day,
      rebuild: RebuildEstimate.unpacking(bytes), standing: standing, isInUse: isInUse,
      blob: layer.map(digest), title: name)
  }

  private func removed(
    _ items: [StoredItem], _ request: PruneRequest, other: Int64 = 0
  ) -> [String] {
    let total = items.reduce(other) { $0 + $1.bytes }
    return PrunePlan(items, total: total, request, now: Self.now).removals.map(\.title)
  }

  @Test func withoutOptionsOnlyWhatIsSupersededGoes() {
    let items = [
      Self.layer("old", daysAgo: 50), Self.layer("superseded", daysAgo: 0, .superseded),
      Self.layer("named", daysAgo: 60, .named),
    ]
    #expect(removed(items, PruneRequest()) == ["superseded"])
    #expect(removed(items, PruneRequest(takesAll: true)) == ["old", "superseded"])
  }

  @Test func whatWasNotUsedForLongestGoesFirstAndThenWhatIsCheapForItsSize() {
    let items = [
      Self.layer("slow", daysAgo: 3, took: 600), Self.layer("recent", 10_000, daysAgo: 2, took: 0),
      Self.layer("quick", daysAgo: 3, took: 1), Self.layer("oldest", daysAgo: 4, took: 9_999),
      Self.layer("large", 1_000, daysAgo: 3, took: 9),
    ]
    #expect(
      removed(items, PruneRequest(takesAll: true)) == [
        "oldest", "large", "quick", "slow", "recent",
      ])
    // As few as make enough room.
    let total = items.reduce(0) { $0 + $1.bytes }
    #expect(removed(items, PruneRequest(kept: total - 1_100)) == ["oldest", "large"])
    #expect(removed(items, PruneRequest(kept: total)) == [])
    #expect(removed(items, PruneRequest(kept: total - 1, limit: total)) == [])
  }

  @Test func ageIsMeasured() {
    let items = [Self.layer("week", daysAgo: 7), Self.layer("less", daysAgo: 6)]
    let request = PruneRequest(age: .seconds(7 * Self.day))
    #expect(removed(items, request) == ["week"])
    #expect(removed(items, PruneRequest(age: .seconds(7 * Self.day), kept: 150)) == ["week"])
    #expect(removed(items, PruneRequest(age: .seconds(7 * Self.day), kept: 1_000)) == [])
  }

  @Test func aLayerTakesWhatItWasUnpackedToWithIt() {
    let items = [
      Self.layer("layer", daysAgo: 9), Self.snapshot("unpacked", of: "layer", daysAgo: 1),
      Self.snapshot("other", of: "elsewhere", daysAgo: 1),
    ]
    #expect(removed(items, PruneRequest(kept: 600)) == ["unpacked", "layer"])
  }

  @Test func whatIsInUseStays() {
    let items = [
      Self.layer("layer", daysAgo: 9), Self.snapshot("below a mount", of: "layer", isInUse: true),
      Self.layer("read", daysAgo: 8, isInUse: true), Self.layer("free", daysAgo: 7),
    ]
    let plan = PrunePlan(items, total: 600, PruneRequest(takesAll: true), now: Self.now)
    #expect(plan.removals.map(\.title) == ["free"])
    #expect(plan.inUse.map(\.title) == ["layer", "read", "below a mount"])
  }

  /// Any store, any request.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func everyPlanKeepsItsPromises(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let items = Self.items(&generator)
    let total = items.reduce(Int64.random(in: 0...5_000, using: &generator)) { $0 + $1.bytes }
    var request = PruneRequest(takesAll: Bool.random(using: &generator))
    if Bool.random(using: &generator) {
      request.age = .seconds(Int64.random(in: 0...20, using: &generator) * Self.day)
    }
    if Bool.random(using: &generator) {
      request.kept = Int64.random(in: 0...total, using: &generator)
    }
    let plan = PrunePlan(items, total: total, request, now: Self.now)
    let names = Set(plan.removals.map(\.name))
    #expect(names.count == plan.removals.count, "twice")
    for item in plan.removals {
      #expect(item.standing != .named && !item.isInUse)
      if case .blob(let digest) = item.name {
        #expect(items.allSatisfy { $0.blob != digest || names.contains($0.name) }, "left behind")
      }
    }
    let inUse = Set(plan.inUse.map(\.name))
    let left = items.filter { !names.contains($0.name) && !inUse.contains($0.name) }
      .filter { request.covers($0, now: Self.now) }
    guard let kept = request.kept else {
      #expect(left.isEmpty, "\(left.map(\.title)) could go")
      return
    }
    #expect(left.isEmpty || total - plan.freed <= kept)
    guard let last = plan.removals.last else { return }
    let group = items.filter {
      $0.name == last.name || last.name == .blob($0.blob ?? Self.digest(""))
    }
    #expect(total - plan.freed + group.reduce(0) { $0 + $1.bytes } > kept, "more than was asked")
  }

  private static func items(_ generator: inout SeededGenerator) -> [StoredItem] {
    var items: [StoredItem] = []
    for number in 0..<Int.random(in: 0...40, using: &generator) {
      let standing = StoredItem.Standing(rawValue: .random(in: 0...2, using: &generator))
      let name = "layer \(number)"
      items.append(
        layer(
          name, .random(in: 1...2_000, using: &generator),
          daysAgo: .random(in: 0...10, using: &generator),
          took: .random(in: 0...100, using: &generator), standing ?? .current,
          isInUse: Int.random(in: 0..<8, using: &generator) == 0))
      if Bool.random(using: &generator) {
        items.append(
          snapshot(
            "snapshot \(number)", of: name, .random(in: 1...9_000, using: &generator),
            daysAgo: .random(in: 0...10, using: &generator),
            standing == .superseded ? .superseded : .current,
            isInUse: Int.random(in: 0..<8, using: &generator) == 0))
      }
    }
    return items.shuffled(using: &generator)
  }
}
