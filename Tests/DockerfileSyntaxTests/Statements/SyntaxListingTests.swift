import Diagnostics
import DockerfileSyntax
import Testing

/// What the lexer makes of each form of each instruction.
struct SyntaxListingTests {
  static let cases: [(text: String, dump: String)] = [
    // Comments, continuations.
    ("from a", #"(from "a")"#),
    ("FROM a \\\n\n# c\n  AS b", #"(from "a" "AS" "b")"#),
    ("RUN a \\\n  # c\n  b\n", #"(run "a   b")"#),
    ("RUN a \\  \nb", #"(run "a b")"#),
    ("RUN a\\\\\nUSER b", #"(run "a\\\\")"# + "\n" + #"(user "b")"#),
    ("\\\nRUN a", #"(run "a")"#),
    ("# escape=`\nRUN a`\nb \\", #"(run "ab \\")"#),
    ("RUN a\r\nRUN b \\\r\n c\r\n", "(run \"a\")\n(run \"b  c\")"),
    ("RUN a \\", #"(run "a")"#),
    ("RUN é\u{A0}\n", #"(run "é")"#),
    // Flags.
    ("COPY --from=a --link b c", #"(copy ["--from=a" "--link"] "b" "c")"#),
    ("COPY --a='x y' --b=\\\"c d e", #"(copy ["--a=x y" "--b=\"c"] "d" "e")"#),
    ("RUN --a -- --b", #"(run ["--a"] "--b")"#),
    ("RUN -a --b", #"(run "-a --b")"#),
    ("COPY --exclude=ä b c", #"(copy ["--exclude=ä"] "b" "c")"#),
    // Exec and shell form.
    ("CMD [\"a\", \"b c\"]", #"(cmd "a" "b c")"#),
    ("CMD [ ]", "(cmd)"),
    ("CMD", "(cmd)"),
    ("CMD ['a']", #"(cmd "['a']")"#),
    ("CMD [\"a\"] b", #"(cmd "[\"a\"] b")"#),
    ("CMD [\"a\",]", #"(cmd "[\"a\",]")"#),
    ("CMD [1e999]", #"(cmd "[1e999]")"#),
    ("CMD [01]", #"(cmd "[01]")"#),
    (#"CMD ["\u00e9\n\ud83d\ude00\ud83d", "\/"]"#, "(cmd \"é\\n😀\u{FFFD}\" \"/\")"),
    ("VOLUME a b", #"(volume "a" "b")"#),
    ("VOLUME [\"a b\"]", #"(volume "a b")"#),
    // Names and values.
    ("ENV a=b c=\"d e\" f=g\\ h", #"(env "a" "b" "=" "c" "\"d e\"" "=" "f" "g\\ h" "=")"#),
    ("ENV a b  c", #"(env "a" "b  c" "")"#),
    ("ENV a= b=''", #"(env "a" "" "=" "b" "''" "=")"#),
    ("LABEL a='b=c' d=e`", #"(label "a" "'b=c'" "=" "d" "e`" "=")"#),
    ("ARG a b=c d='e f'", #"(arg "a" "b=c" "d='e f'")"#),
    // The rest.
    ("EXPOSE 1\t2 \u{0B} 3/udp", #"(expose "1" "2" "3/udp")"#),
    ("HEALTHCHECK --retries=3 CMD a b", #"(healthcheck ["--retries=3"] "CMD" "a b")"#),
    ("HEALTHCHECK CMD [\"a\"]", #"(healthcheck "CMD" "a")"#),
    ("HEALTHCHECK NONE", #"(healthcheck "NONE")"#),
    ("ONBUILD copy a b", #"(onbuild (copy "a" "b"))"#),
    ("ONBUILD", "(onbuild)"),
    ("NOPE a b", #"(nope "")"#),
    ("WORKDIR /a b", #"(workdir "/a b")"#),
    ("USER a\u{07}\u{200B}b", #"(user "a\a\u200bb")"#),
  ]

  @Test(arguments: cases)
  func dumps(text: String, dump: String) {
    let listing = SyntaxListing(SourceFile(name: "Dockerfile", text: text))
    #expect(listing.error == nil)
    #expect(listing.dump == dump)
  }
}
