import Diagnostics
import DockerfileSyntax
import Testing

struct DockerfileTests {
  private func parse(_ text: String) -> Dockerfile {
    let (dockerfile, found) = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text))
    #expect(found.isEmpty)
    return dockerfile
  }

  @Test
  func groupsInstructionsIntoStages() {
    let dockerfile = parse(
      """
      ARG TAG=1
      FROM base:$TAG AS Build
      ARG X
      RUN make

      FROM scratch
      COPY --from=build /out /
      """)
    #expect(dockerfile.globalArguments.map(\.text) == ["ARG TAG=1"])
    #expect(dockerfile.stages.map(\.base.image.text) == ["base:$TAG", "scratch"])
    #expect(dockerfile.stages.map(\.base.name?.text) == ["build", nil])
    #expect(
      dockerfile.stages.map { $0.instructions.map(\.keyword.text) } == [["ARG", "RUN"], ["COPY"]])
  }

  @Test
  func knowsTheLinesOfEachInstruction() {
    let dockerfile = parse("# c\nFROM a\nRUN x \\\n  # c\n  y\n\nRUN <<EOF\nz\nEOF\nUSER u")
    #expect(dockerfile.stages.first?.start.lines == 2...2)
    #expect(dockerfile.stages.first?.instructions.map(\.lines) == [3...5, 7...9, 10...10])
  }

  /// Each mark is the range of the word at the same place in the list.
  @Test
  func everyWordKnowsItsPlace() throws {
    let source = MarkedSource(
      """
      FROM --platform=⟦linux/amd64⟧ ⟦base⟧ AS ⟦one⟧
      COPY --from=⟦x⟧ --chown=⟦1:2⟧ ⟦a⟧ \\
        ⟦b\\
      c⟧ ⟦/d⟧
      ENV ⟦A⟧=⟦"b c"⟧ ⟦D⟧=⟦⟧
      CMD [⟦"a\\u0062"⟧, ⟦"c"⟧]
      """)
    let (dockerfile, found) = Dockerfile.parse(source.file)
    #expect(found.isEmpty)
    let stage = try #require(dockerfile.stages.first)
    var words = [stage.base.platform, stage.base.image, stage.base.name]
    for instruction in stage.instructions {
      switch instruction.kind {
      case .copy(let copy):
        words += [copy.from, copy.options.owner]
        for case .path(let path) in copy.sources { words.append(path) }
        words.append(copy.destination)
      case .env(let list): for pair in list { words += [pair.name, pair.value] }
      case .cmd(.exec(let list)): words += list.map { $0 }
      default: Issue.record("unexpected \(instruction.text)")
      }
    }
    #expect(words.map { $0?.range } == source.ranges)
    #expect(
      words.map { $0?.text } == [
        "linux/amd64", "base", "one", "x", "1:2", "a", "bc", "/d", "A", "\"b c\"", "D", "", "ab",
        "c",
      ])
  }

  @Test
  func anInstructionsRangeAndTextAreItsOwn() throws {
    let source = MarkedSource("FROM a\n  ⟦RUN x \\\n# no\n  y⟧  \nUSER u\n")
    let run = try #require(Dockerfile.parse(source.file).0.stages.first?.instructions.first)
    #expect([run.range] == source.ranges)
    #expect(run.text == "RUN x   y")
  }
}
