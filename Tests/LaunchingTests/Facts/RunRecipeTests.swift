import Project
import State
import Testing

@testable import Launching

struct RunRecipeTests {
  private static func run(_ arguments: [String], _ facts: [Input]) -> RunRecord {
    RunRecord(
      id: "1", image: "app", script: "train.py", arguments: arguments, imageDigest: "sha256:1",
      started: 0, log: "", facts: facts)
  }

  private static func recipe(
    _ run: RunRecord, given: [Assignment] = [], own: [String: String] = [:],
    values: [String] = []
  ) throws -> RunRecipe {
    try RunRecipe(of: run, given: given, own: own, values: values)
  }

  @Test(arguments: [
    ["python", "train.py"], ["a b", "it's", "", "two\nlines", "$HOME `id` \\n \"x\"", "*", "ünï"],
  ])
  func theWordsAreTheSame(words: [String]) throws {
    var facts = RunFacts()
    facts.command = words
    facts.environment = [
      Assignment(name: "TEXT", value: words.joined()), .init(name: "A", value: "open x"),
    ]
    facts.resources.memory = 7
    facts.resources.gpus = .count(2)
    facts.resources.timeout = .seconds(90)
    let recipe = try Self.recipe(Self.run(words, facts.list { _ in "" }))
    #expect(recipe.command == words)
    #expect(recipe.arguments == words)
    #expect(recipe.environment == facts.environment)
    #expect(recipe.resources == facts.resources)
  }

  @Test func secretsAreAskedFor() throws {
    var facts = RunFacts()
    facts.environment = [Assignment(name: "LR", value: "1"), .init(name: "API_KEY", value: "x")]
    let run = Self.run([], facts.list { "hash of \($0)" })
    #expect(throws: ReplayError.variablesMissing(["API_KEY"])) { try Self.recipe(run) }
    let given = Assignment(name: "API_KEY", value: "y")
    #expect(try Self.recipe(run, given: [given]).environment == [facts.environment[0], given])
    // What is not secret is what it was, whatever this environment says.
    let own = try Self.recipe(run, own: ["API_KEY": "z", "LR": "2"])
    #expect(own.environment.map(\.value) == ["1", "z"])
    #expect(own.secrets.map(\.name) == ["env API_KEY"])
    let more = try Self.recipe(run, given: [given, Assignment(name: "B", value: "")])
    #expect(more.environment.map(\.name) == ["LR", "API_KEY", "B"])
  }

  @Test func argumentsThatWereNotKeptAreFilledIn() throws {
    var facts = RunFacts()
    facts.command = ["python", "t.py", "--token", "abc", "API_KEY=def"]
    let run = Self.run(["--token", "<secret>", "API_KEY=<secret>"], facts.list { _ in "" })
    #expect(throws: ReplayError.argumentsMissing(count: 2, given: 0)) { try Self.recipe(run) }
    #expect(throws: ReplayError.argumentsMissing(count: 2, given: 3)) {
      try Self.recipe(run, values: ["1", "2", "3"])
    }
    let recipe = try Self.recipe(run, values: ["abc", "def"])
    #expect(recipe.command == facts.command)
    #expect(recipe.arguments == ["--token", "abc", "API_KEY=def"])
  }

  @Test func ofAnOlderRunctlOnlyTheScriptIsKnown() throws {
    #expect(try Self.recipe(Self.run(["a"], [])).command == nil)
  }
}
