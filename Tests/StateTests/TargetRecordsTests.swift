import FileSystem
import OCI
import TestSupport
import Testing

@testable import State

struct TargetRecordsTests {
  private let scratch: Scratch
  private let state: ProjectState
  private let target = Target(image: "app", kind: .image)

  init() throws {
    scratch = try Scratch()
    state = try ProjectState.writing(scratch("state"))
  }

  private func record(_ output: String, _ inputs: [Input] = []) -> TargetRecord {
    TargetRecord(
      inputs: inputs, output: output,
      contents: ["a", "b"].map { SHA256.digest(of: $0) },
      files: LayerIndex([LayerEntry(path: TreePath("src/é"), kind: .file, permissions: 0o644)]),
      places: [CopyPlace(source: TreePath("src"), destination: TreePath("app"))],
      reasons: ["the first", "the second"], duration: .milliseconds(1_500), made: 1_000)
  }

  @Test func isKeptWhole() throws {
    let inputs = [Input("Dockerfile", "1"), Input("argument É", ""), Input("Dockerfile", "2")]
    #expect(try state.targets.current(target) == nil)
    try state.targets.add(record("sha256:1", inputs), for: target, quick: [1, 2])
    for opened in [state, .reading(scratch("state"))] {
      let found = try #require(try opened.targets.current(target))
      #expect(found.inputs == inputs)
      #expect(found.output == "sha256:1" && found.made == 1_000)
      #expect(found.contents == ["a", "b"].map { SHA256.digest(of: $0) })
      #expect(found.files == record("").files && found.places == record("").places)
      #expect(found.reasons == ["the first", "the second"])
      #expect(found.duration == .milliseconds(1_500))
    }
  }

  @Test func theNewestCounts() throws {
    try state.targets.add(record("1", [Input("a", "1")]), for: target, quick: [1])
    try state.targets.add(record("2", [Input("b", "2")]), for: target, quick: nil)
    let found = try #require(try state.targets.current(target))
    #expect(found.output == "2" && found.inputs == [Input("b", "2")])
    #expect(try state.targets.quick(target) == nil)
  }

  @Test func quickAnswersAreSetAndTakenBack() throws {
    #expect(try state.targets.quick(target) == nil)
    try state.targets.setQuick([9], for: target)
    #expect(try state.targets.quick(target) == nil, "there is no such target yet")
    try state.targets.add(record("out"), for: target, quick: [1, 2, 3])
    let quick = try #require(try state.targets.quick(target))
    #expect(quick.fingerprint == [1, 2, 3] && quick.output == "out")
    #expect(quick.contents == record("").contents)
    try state.targets.setQuick([4], for: target)
    #expect(try state.targets.quick(target)?.fingerprint == [4])
    try state.targets.setQuick(nil, for: target)
    #expect(try state.targets.quick(target) == nil)
    #expect(try state.targets.current(target)?.output == "out")
  }

  @Test func targetsAreApart() throws {
    let targets = [
      target, Target(image: "app", kind: .push), Target(image: "app", kind: .image, detail: "dev"),
      Target(image: "other", kind: .image),
    ]
    for (index, target) in targets.enumerated() {
      try state.targets.add(record("\(index)"), for: target, quick: nil)
    }
    for (index, target) in targets.enumerated() {
      #expect(try state.targets.current(target)?.output == "\(index)")
    }
    #expect(Set(try state.targets.all()) == Set(targets))
    #expect(target.description == "app:image")
  }

  @Test func emptyRecordsAreKept() throws {
    let empty = TargetRecord(
      inputs: [], output: "", contents: [], reasons: [], duration: .zero)
    try state.targets.add(empty, for: target, quick: [])
    let found = try #require(try state.targets.current(target))
    #expect(found.reasons == [] && found.contents == [] && found.inputs == [])
    #expect(found.files == .empty && found.places == [])
    #expect(try state.targets.quick(target)?.fingerprint == [])
  }
}

struct InputChangeTests {
  private static let old = [Input("a", "1"), Input("b", "2"), Input("c", "3")]

  @Test func isEveryDifference() {
    #expect(InputChange.between(Self.old, Self.old).isEmpty)
    #expect(InputChange.between(Self.old, Self.old.reversed()).isEmpty)
    let new = [Input("d", "4"), Input("c", "9"), Input("a", "1")]
    let changes = InputChange.between(Self.old, new)
    #expect(
      changes == [
        .added(name: "d", new: "4"), .changed(name: "c", old: "3", new: "9"),
        .removed(name: "b", old: "2"),
      ])
    #expect(changes.map(\.name) == ["d", "c", "b"])
  }
}

struct FileChangeTests {
  private static func index(_ change: (inout LayerEntry) -> Void = { _ in }) -> LayerIndex {
    var entry = LayerEntry(path: TreePath("b"), kind: .file, permissions: 0o644)
    entry.content = SHA256.digest(of: "1")
    change(&entry)
    return LayerIndex([entry])
  }

  @Test(
    arguments: [
      (index(), index(), nil), (index(), index { $0.content = SHA256.digest(of: "2") }, .content),
      (index(), index { $0.permissions = 0o755 }, .permissions), (index(), .empty, .removed),
      (.empty, index(), .added), (index(), index { $0.kind = .directory }, .type),
      (index { $0.kind = .symlink }, index { ($0.kind, $0.link) = (.symlink, [1]) }, .link),
      (index(), index { $0.attributes = [.init(name: "user.a", value: [])] }, .permissions),
    ] as [(LayerIndex, LayerIndex, FileChange.Kind?)])
  func isSaid(old: LayerIndex, new: LayerIndex, kind: FileChange.Kind?) {
    let expected = kind.map { [FileChange(path: TreePath("b"), kind: $0)] } ?? []
    #expect(FileChange.between(old, new) == expected)
  }

  @Test func isInOrderOfPath() {
    func index(_ names: String) -> LayerIndex {
      LayerIndex(
        names.map {
          LayerEntry(path: TreePath(String($0)), kind: .directory, permissions: 0o755)
        })
    }
    let changes = FileChange.between(index("acef"), index("bcdg"))
    #expect(
      changes.map(\.description) == [
        "a is gone", "b is new", "d is new", "e is gone", "f is gone", "g is new",
      ])
  }
}
