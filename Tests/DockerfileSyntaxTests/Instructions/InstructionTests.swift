import Diagnostics
import DockerfileSyntax
import Testing

struct InstructionTests {
  private func parse(_ text: String) throws -> Instruction.Kind {
    let file = SourceFile(name: "Dockerfile", text: "FROM base\n\(text)\n")
    let (dockerfile, found) = Dockerfile.parse(file)
    #expect(!found.contains { $0.severity == .error })
    return try #require(dockerfile.stages.first?.instructions.first?.kind)
  }

  @Test
  func run() throws {
    let text =
      "RUN --mount=type=cache,target=/c --mount=type=bind --network=none --security=sandbox a b"
    guard case .run(let run) = try parse(text), case .shell(let command) = run.command else {
      Issue.record("no RUN in shell form")
      return
    }
    #expect(command.text == "a b")
    #expect(run.mounts.map(\.text) == ["type=cache,target=/c", "type=bind"])
    #expect(run.network?.text == "none")
    #expect(run.security?.text == "sandbox")
  }

  private func words(_ text: String) throws -> [String]? {
    switch try parse(text) {
    case .cmd(.exec(let words)), .entrypoint(.exec(let words)), .shell(let words),
      .expose(let words), .volume(let words):
      words.map(\.text)
    case .cmd(.shell(let word)), .entrypoint(.shell(let word)), .workdir(let word),
      .user(let word), .stopSignal(let word), .maintainer(let word):
      [word.text]
    default: nil
    }
  }

  @Test(arguments: [
    ("CMD [\"a\", \"b\"]", ["a", "b"]), ("CMD", [""]), ("ENTRYPOINT []", []),
    ("ENTRYPOINT a b", ["a b"]), ("SHELL [\"a\", \"-c\"]", ["a", "-c"]),
    ("EXPOSE 2 1", ["2", "1"]),
    ("VOLUME [\" a \"]", ["a"]), ("WORKDIR /a b", ["/a b"]), ("USER u:g", ["u:g"]),
    ("STOPSIGNAL --x 9", ["9"]), ("MAINTAINER me <m@e>", ["me <m@e>"]),
  ])
  func thoseMadeOfWords(text: String, expected: [String]) throws {
    #expect(try words(text) == expected)
  }

  @Test
  func copy() throws {
    let text = """
      COPY --from=x --chown=u:g --chmod=755 --link --parents --exclude=*.a --exclude=b a <<-"E" /d/
      \tone
      E
      """
    guard case .copy(let copy) = try parse(text) else {
      Issue.record("no COPY")
      return
    }
    #expect(copy.from?.text == "x")
    #expect(copy.options.owner?.text == "u:g")
    #expect(copy.options.permissions?.text == "755")
    #expect(copy.options.link && copy.parents)
    #expect(copy.options.excludes.map(\.text) == ["*.a", "b"])
    #expect(copy.destination.text == "/d/")
    guard case .path(let path)? = copy.sources.first, case .inline(let file)? = copy.sources.last
    else {
      Issue.record("no sources")
      return
    }
    #expect(path.text == "a")
    #expect(file.name == "E" && file.text == "one\n" && !file.expands)
  }

  @Test
  func aMarkerInJSONIsAnEmptyFile() throws {
    guard case .copy(let copy) = try parse("COPY [\"<<E\", \"/d\"]"),
      case .inline(let file)? = copy.sources.first
    else {
      Issue.record("no inline file")
      return
    }
    #expect(file.name == "E" && file.content.isEmpty)
  }

  @Test
  func add() throws {
    let text = "ADD --checksum=sha256:1 --keep-git-dir --unpack=false http://x/y /d"
    guard case .add(let add) = try parse(text), case .add(let plain) = try parse("ADD a b") else {
      Issue.record("no ADD")
      return
    }
    #expect(add.checksum?.text == "sha256:1")
    #expect(add.keepsGitDirectory == true)
    #expect(add.unpacks == false)
    #expect(plain.keepsGitDirectory == nil && plain.unpacks == nil)
  }

  @Test
  func namesAndValues() throws {
    guard case .env(let pairs) = try parse("ENV a=\"b c\" d="),
      case .label(let old) = try parse("LABEL a b c"),
      case .arg(let arguments) = try parse("ARG a b= c=d")
    else {
      Issue.record("other instructions")
      return
    }
    #expect(pairs.map(\.name.text) == ["a", "d"])
    #expect(pairs.map(\.value.text) == ["\"b c\"", ""])
    #expect(old.map(\.value.text) == ["b c"] && old.allSatisfy { $0.isOldForm })
    #expect(arguments.map(\.name.text) == ["a", "b", "c"])
    #expect(arguments.map { $0.value?.text } == [nil, "", "d"])
  }

  @Test
  func healthcheck() throws {
    let text = """
      HEALTHCHECK --interval=1m30s --timeout=.5s --start-period=2h --start-interval=1ms \\
        --retries=4 CMD a
      """
    guard case .healthcheck(.command(.shell(let command), let options)) = try parse(text) else {
      Issue.record("no HEALTHCHECK in shell form")
      return
    }
    #expect(command.text == "a")
    #expect(options.interval == .seconds(90))
    #expect(options.timeout == .milliseconds(500))
    #expect(options.startPeriod == .seconds(7200))
    #expect(options.startInterval == .milliseconds(1))
    #expect(options.retries == 4)
    #expect(try parse("HEALTHCHECK none") == .healthcheck(.none))
  }

  @Test
  func onbuild() throws {
    guard case .onbuild(let trigger) = try parse("ONBUILD  RUN a <<E\nb\nE"),
      case .run(let run)? = trigger.instruction?.kind,
      case .onbuild(let broken) = try parse("ONBUILD NOPE x")
    else {
      Issue.record("no ONBUILD")
      return
    }
    #expect(trigger.expression == "RUN a <<E\nb\nE")
    #expect(run.heredocs.map(\.content) == ["b\n"])
    #expect(broken.expression == "NOPE x" && broken.instruction == nil)
  }

  @Test(arguments: [
    ("a,b=c", ["a", "b=c"]), ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]),
    ("", [""]), ("a,", ["a", ""]), ("a\"b", nil), ("\"a", nil), ("\"a\"b", nil),
  ])
  func commaSeparated(text: String, fields: [String]?) {
    #expect(CommaSeparated.fields(of: text) == fields)
  }
}
