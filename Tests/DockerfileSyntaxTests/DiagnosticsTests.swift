import Diagnostics
import DockerfileSyntax
import Testing

/// Errors and warnings, each at the marked place.
struct DiagnosticsTests {
  static let errors: [(id: String, text: String)] = [
    ("empty-dockerfile", "⟦⟧# nothing here\n"),
    ("missing-from", "⟦⟧ARG A\n"),
    ("missing-from", "⟦RUN⟧ x\nRUN y\n"),
    ("unknown-instruction", "FROM a\n⟦RNU⟧ x\n"),
    ("unknown-instruction", "⟦FORM⟧ a\nRUN x\n"),
    ("repeated-directive", "# escape=\\\n# ⟦Escape⟧=`\nFROM a\n"),
    ("invalid-escape", "# escape=⟦x⟧\nFROM a\n"),
    ("unterminated-heredoc", "FROM a\nRUN x ⟦<<EOF⟧\nFROM b\n"),
    ("unterminated-heredoc", "FROM a\nRUN <<A ⟦<<-'B'⟧\nA\n b\n B\n"),
    ("json-not-strings", "FROM a\nCMD [\"a\", ⟦1⟧, 2]\n"),
    ("json-not-strings", "FROM a\nRUN [⟦{\"a\": [1, {}]}⟧]\n"),
    ("missing-equals", "FROM a\nENV A=b ⟦c⟧\n"),
    ("missing-value", "FROM a\nENV ⟦A⟧\n"),
    ("missing-argument", "FROM a\n⟦LABEL⟧\n"),
    ("missing-argument", "⟦FROM⟧\n"),
    ("missing-argument", "FROM a\n⟦COPY⟧ a\n"),
    ("missing-argument", "FROM a\n⟦ADD⟧ [\"a\"]\n"),
    ("missing-argument", "FROM a\n⟦SHELL⟧ []\n"),
    ("missing-argument", "FROM a\n⟦HEALTHCHECK⟧ CMD\n"),
    ("missing-argument", "FROM a\n⟦ONBUILD⟧\n"),
    ("invalid-from", "FROM a ⟦b⟧\n"),
    ("invalid-from", "FROM a ⟦is b⟧\n"),
    ("invalid-stage-name", "FROM a AS ⟦9lives⟧\n"),
    ("unknown-flag", "FROM a\nCOPY ⟦--form⟧=x a b\n"),
    ("unknown-flag", "FROM a\nWORKDIR ⟦--x⟧ /\n"),
    ("unknown-flag", "FROM a\nONBUILD ⟦--x⟧ RUN y\n"),
    ("repeated-flag", "FROM a\nCOPY --from=x ⟦--from⟧=y a b\n"),
    ("missing-flag-value", "FROM a\nCOPY ⟦--chown⟧ a b\n"),
    ("invalid-flag-value", "FROM a\nCOPY ⟦--link⟧=maybe a b\n"),
    ("invalid-flag-value", "FROM a\nRUN --network=⟦wifi⟧ x\n"),
    ("invalid-flag-value", "FROM a\nRUN --security=⟦none⟧ x\n"),
    ("invalid-mount", "FROM a\nRUN ⟦--mount=type=bind,a\\\"b⟧ x\n"),
    ("variable-in-mount-from", "FROM a\nRUN --mount=⟦from=$X,target=/y⟧ x\n"),
    ("empty-name", "FROM a\nENV ⟦⟧=b\n"),
    ("empty-name", "ARG ⟦=b⟧\nFROM a\n"),
    ("empty-path", "FROM a\nVOLUME [⟦\" \"⟧]\n"),
    ("shell-not-json", "FROM a\nSHELL ⟦/bin/sh -c⟧\n"),
    ("heredoc-destination", "FROM a\nCOPY a ⟦<<b⟧\nb\n"),
    ("invalid-healthcheck", "FROM a\nHEALTHCHECK ⟦curl⟧ x\n"),
    ("invalid-healthcheck", "FROM a\n⟦HEALTHCHECK NONE x⟧\n"),
    ("invalid-duration", "FROM a\nHEALTHCHECK --interval=⟦5⟧ CMD x\n"),
    ("invalid-duration", "FROM a\nHEALTHCHECK --timeout=⟦5us⟧ CMD x\n"),
    ("invalid-retries", "FROM a\nHEALTHCHECK --retries=⟦-1⟧ CMD x\n"),
    ("onbuild-trigger", "FROM a\nONBUILD ⟦from⟧ b\n"),
    ("onbuild-trigger", "FROM a\nONBUILD ⟦ONBUILD⟧ RUN b\n"),
  ]

  @Test(arguments: errors)
  func isTheOneErrorAtItsPlace(id: String, text: String) {
    let source = MarkedSource(text)
    let errors = Dockerfile.parse(source.file).1.filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id])
    #expect(errors.map(\.span?.range) == source.ranges)
  }

  static let warnings: [(id: String, text: String)] = [
    ("empty-continuation", "FROM a\nRUN x \\\n⟦⟧\n  y\n"),
    ("maintainer-deprecated", "FROM a\n⟦MAINTAINER⟧ me\n"),
    ("unknown-instruction", "FROM a\nONBUILD ⟦RUNN⟧ x\n"),
    ("missing-argument", "FROM a\nONBUILD ⟦COPY⟧ x\n"),
  ]

  @Test(arguments: warnings)
  func isTheOneWarningAtItsPlace(id: String, text: String) {
    let source = MarkedSource(text)
    let found = Dockerfile.parse(source.file).1
    #expect(found.map(\.id) == [id])
    #expect(found.map(\.severity) == [.warning])
    #expect(found.map(\.span?.range) == source.ranges)
  }

  @Test
  func allErrorsAreCollectedInOrder() {
    let source = MarkedSource("FROM a ⟦b⟧\nCOPY ⟦--x⟧ ⟦--y⟧ a b\nUSER u\n⟦CDM⟧ x\n")
    let found = Dockerfile.parse(source.file).1
    #expect(found.map(\.span?.range) == source.ranges)
  }

  @Test(arguments: [
    ("FROM a\nENTRYPINT x", "ENTRYPOINT"), ("FROM a\nCOPY --form=x a b", "--from"),
  ])
  func suggestsWhatWasMeant(text: String, replacement: String) {
    let found = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text)).1
    #expect(found.map(\.replacement) == [replacement])
  }

  @Test
  func aBrokenInstructionStillSwallowsItsHeredoc() {
    let text = "FROM a\nRUN --nope <<EOF\nnot an instruction\nEOF\nUSER u\n"
    let (dockerfile, found) = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text))
    #expect(found.map(\.id) == ["unknown-flag"])
    #expect(dockerfile.stages.first?.instructions.count == 1)
  }

  @Test
  func aLineBeyondTheLimitIsRefused() {
    let limit = 65_535
    for (length, isFine) in [(limit, true), (limit + 1, false)] {
      let text = "FROM a\nRUN " + String(repeating: "x", count: length - 4) + "\n"
      let found = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text)).1
      #expect(found.map(\.id) == (isFine ? [] : ["line-too-long"]))
    }
  }

  @Test
  func nestingWithoutEndIsRefused() {
    let text = "FROM a\n" + String(repeating: "ONBUILD ", count: 5000) + "RUN x\n"
    let found = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text)).1
    #expect(found.map(\.id) == ["onbuild-trigger"])
  }
}
