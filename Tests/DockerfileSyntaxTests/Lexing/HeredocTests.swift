import Diagnostics
import DockerfileSyntax
import Testing

struct HeredocTests {
  private func heredocs(_ text: String) -> [Heredoc] {
    let listing = SyntaxListing(SourceFile(name: "Dockerfile", text: text))
    #expect(listing.error == nil)
    return listing.nodes.first?.heredocs ?? []
  }

  static let markers: [(line: String, descriptor: UInt, expands: Bool, tabs: Bool)] = [
    ("RUN <<EOF", 0, true, false),
    ("RUN cat <<EOF > /x", 0, true, false),
    ("RUN 3<<EOF", 3, true, false),
    ("RUN <<-EOF", 0, true, true),
    ("RUN << EOF", 0, true, false),
    ("RUN <<'EOF'", 0, false, false),
    ("RUN <<\"EOF\"", 0, false, false),
    ("RUN <<E\"O\"F", 0, false, false),
    ("RUN --mount=type=tmpfs,target=/x <<EOF", 0, true, false),
    ("RUN echo ${x:=y} <<EOF", 0, true, false),
    ("COPY <<EOF /x", 0, true, false),
    ("ADD <<EOF /x", 0, true, false),
    ("onbuild run <<EOF", 0, true, false),
  ]

  @Test(arguments: markers)
  func isFound(line: String, descriptor: UInt, expands: Bool, tabs: Bool) {
    let found = heredocs("\(line)\n body\nEOF\n")
    #expect(found.map(\.name) == ["EOF"])
    #expect(found.map(\.fileDescriptor) == [descriptor])
    #expect(found.map(\.expands) == [expands])
    #expect(found.map(\.stripsTabs) == [tabs])
    #expect(found.map(\.content) == [" body\n"])
  }

  @Test(arguments: [
    "RUN \"<<EOF\"", "RUN echo '<<EOF'", "RUN <<<EOF", "RUN a<<EOF", "RUN <<", "RUN 'x <<EOF",
    "RUN [\"<<EOF\"]", "USER <<EOF", "CMD <<EOF", "RUN \\<<EOF", "ONBUILD CMD <<EOF",
  ])
  func isNotFound(line: String) {
    #expect(heredocs("\(line)\n").isEmpty)
  }

  @Test
  func severalFollowOneAnother() {
    let found = heredocs("COPY <<a <<-b <<c /x/\n1\na\n\t2\n\tb\nc\n")
    #expect(found.map(\.content) == ["1\n", "\t2\n", ""])
    #expect(found.map(\.text) == ["1\n", "2\n", ""])
  }

  @Test
  func commentsAndContinuationsAreText() {
    let found = heredocs("RUN <<E\n# c\nx \\\n\nE \nE\n")
    #expect(found.map(\.content) == ["# c\nx \\\n\nE \n"])
  }

  @Test
  func knowsItsPlace() {
    let source = MarkedSource("RUN x ⟦<<-E⟧ y\r\n⟦\ta\r\n⟧\tE\r\n")
    let found = SyntaxListing(source.file).nodes[0].heredocs
    #expect(found.map(\.markerRange) + found.map(\.contentRange) == source.ranges)
  }
}
