import Diagnostics
import OCI
import Testing

@testable import BuildPlan

/// Instructions that change the root file system.
struct FilesTests {
  @Test(arguments: [
    ("WORKDIR /a", "/a", "/a"), ("WORKDIR a", "/a", "/a"),
    ("WORKDIR /a\nWORKDIR b", "/a/b", "/a/b"),
    ("WORKDIR /a\nWORKDIR ../b/./c", "/b/c", "/b/c"), ("WORKDIR /a\nWORKDIR /b", "/b", "/b"),
    ("ENV D=/x\nWORKDIR $D/y", "/x/y", "/x/y"), ("WORKDIR /", "/", "/"),
    ("WORKDIR /a/", "/a/", "/a"), ("WORKDIR /a\nWORKDIR b/", "/a/b", "/a/b"),
  ])
  func worksIn(text: String, directory: String, made: String) throws {
    let planned = Planned("FROM a\n\(text)\nRUN x")
    #expect(planned.execution.workingDirectory == directory)
    #expect(planned.runs.last?.workingDirectory == directory)
    guard case .makeDirectory(let operation)? = planned.chain.dropLast().last?.operation else {
      throw CancellationError()
    }
    #expect(operation.path == TreePath(made))
  }

  @Test func workingDirectoriesAreTheUsers() throws {
    let planned = Planned("FROM a\nUSER u:g\nWORKDIR /a")
    guard case .makeDirectory(let operation)? = planned.chain.last?.operation else {
      throw CancellationError()
    }
    #expect(operation.owner == "u:g")
  }

  @Test(arguments: [
    ("COPY a b", "/b"), ("COPY a /b/", "/b/"), ("COPY a .", "/."), ("COPY a ./", "/./"),
    ("WORKDIR /w\nCOPY a b", "/w/b"), ("WORKDIR /w\nCOPY a .", "/w/."),
    ("WORKDIR /w\nCOPY a ../x/", "/w/../x/"),
    ("ARG D=/d/\nCOPY a $D", "/d/"), ("COPY [\"a\", \"/b c/\"]", "/b c/"),
    ("WORKDIR /w/\nCOPY a b", "/w/b"),
  ])
  func copiesTo(text: String, destination: String) {
    #expect(Planned("FROM a\n\(text)").copies.last?.destination == destination)
  }

  @Test func copiesWhatIsNamed() throws {
    let marked = MarkedSource("FROM a\nENV F=two\nCOPY ⟦one⟧ ⟦$F.txt⟧ ⟦*.py⟧ /x/")
    let copy = try #require(Planned(marked.file).copies.last)
    #expect(copy.patterns.map(\.text) == ["one", "two.txt", "*.py"])
    #expect(copy.patterns.map(\.span.range) == marked.ranges)
    #expect(copy.source == .context)
    #expect(copy.owner == nil && copy.permissions == nil && !copy.unpacksArchives)
    #expect(copy.excludes == [] && copy.inlineFiles.isEmpty)
  }

  @Test(
    arguments: [
      ("COPY --chown=u:g --chmod=640 a /b", "u:g", 0o640), ("COPY --chmod=4755 a /b", nil, 0o4755),
      ("ARG M=0600\nCOPY --chmod=$M a /b", nil, 0o600), ("ARG U=5\nCOPY --chown=$U a /b", "5", nil),
      ("ADD --chown=1:2 a /b", "1:2", nil),
    ] as [(String, String?, UInt16?)])
  func copiesAs(text: String, owner: String?, permissions: UInt16?) {
    let copy = Planned("FROM a\n\(text)").copies.last
    #expect(copy?.owner == owner)
    #expect(copy?.permissions == permissions)
  }

  @Test func addsWithAndWithoutTakingApart() {
    #expect(Planned("FROM a\nADD a.tar /b").copies.last?.unpacksArchives == true)
    #expect(Planned("FROM a\nADD --unpack=false a.tar /b").copies.last?.unpacksArchives == false)
    #expect(Planned("FROM a\nCOPY a.tar /b").copies.last?.unpacksArchives == false)
  }

  @Test func severalSourcesWantADirectory() {
    let marked = MarkedSource("FROM x\nCOPY a b ⟦/c⟧")
    let planned = Planned(marked.file)
    #expect(planned.errors == [])
    #expect(planned.diagnostics.map(\.id) == ["destination-not-directory"])
    #expect(planned.diagnostics.first?.span?.range == marked.ranges[0])
    #expect(planned.diagnostics.first?.replacement == "/c/")
    #expect(Planned("FROM x\nCOPY a b /c/").diagnostics.isEmpty)
    #expect(Planned("FROM x\nCOPY a b .").diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("COPY a b", ["a"]), ("COPY . /", [""]), ("COPY a/b a/c a /x/", ["a", "a/b", "a/c"]),
    ("COPY src/*.py data/[ab]/x /x/", ["data", "src"]), ("COPY * /x/", [""]),
    ("COPY --from=other a /", []), ("RUN x", []), ("COPY /a/../b ../../c /x/", ["b", "c"]),
    ("ADD a.tar /x", ["a.tar"]), ("COPY <<E /x\nhi\nE", []),
  ])
  func looksOnlyWhereItMust(text: String, roots: [String]) {
    #expect(Planned("FROM a\n\(text)").plan?.contextRoots == roots.map { TreePath($0) })
  }

  @Test(arguments: [
    ("RUN echo $X", ["/bin/sh", "-c", "echo $X"]), ("RUN [\"a\", \"$X\"]", ["a", "$X"]),
    ("SHELL [\"/b\", \"-c\"]\nRUN a", ["/b", "-c", "a"]),
    ("RUN a \\\n  b", ["/bin/sh", "-c", "a   b"]),
    ("RUN <<E\na\nb $X\nE", ["/bin/sh", "-c", "a\nb $X\n"]),
    ("RUN <<-E\n\ta\n\tE", ["/bin/sh", "-c", "a\n"]),
    ("RUN <<E cat > /x\na\nE", ["/bin/sh", "-c", "<<E cat > /x\na\nE\n"]),
    ("RUN cat <<A <<B\na\nA\nb\nB", ["/bin/sh", "-c", "cat <<A <<B\na\nA\nb\nB\n"]),
    ("RUN <<E\n#!/usr/bin/python3\nprint(1)\nE", ["/dev/pipes/E"]),
  ])
  func runs(text: String, arguments: [String]) {
    #expect(Planned("FROM a\n\(text)").runs.last?.arguments == arguments)
  }

  @Test func aHeredocThatNamesItsReaderIsAScript() {
    let script = Planned("FROM a\nRUN <<E\n#!/usr/bin/python3\nprint(1)\nE").runs.last?.script
    #expect(script?.text == "#!/usr/bin/python3\nprint(1)\n")
    #expect(Planned("FROM a\nRUN <<E\nprint(1)\nE").runs.last?.script == nil)
    #expect(Planned("FROM a\nRUN [\"/dev/pipes/E\"]").runs.last?.script == nil)
  }

  @Test(arguments: [
    ("COPY <<E /x\nhi $V ${V:-d} \"q\"\nE", "hi 1 1 \"q\"\n"),
    ("COPY <<\"E\" /x\nhi $V\nE", "hi $V\n"),
    ("COPY <<-E /x\n\thi\n\tE", "hi\n"), ("COPY <<E /x\nE", ""), ("COPY <<E /x\na\\$V\nE", "a$V\n"),
  ])
  func copiesText(text: String, content: String) throws {
    let file = try #require(Planned("FROM a\nENV V=1\n\(text)").copies.last?.inlineFiles.first)
    #expect(String(decoding: file.content, as: UTF8.self) == content)
    #expect(file.name == "E")
  }

  @Test func copiesTextAndFilesTogether() throws {
    let copy = try #require(Planned("FROM a\nCOPY f <<A <<B /x/\n1\nA\n2\nB").copies.last)
    #expect(copy.patterns.map(\.text) == ["f"])
    #expect(copy.inlineFiles.map(\.name) == ["A", "B"])
  }

  @Test(arguments: [
    ("RUN --network=none x", false), ("RUN --network=host x", true), ("RUN x", true),
  ])
  func hasANetwork(text: String, hasNetwork: Bool) {
    #expect(Planned("FROM a\n\(text)").runs.last?.hasNetwork == hasNetwork)
  }
}
