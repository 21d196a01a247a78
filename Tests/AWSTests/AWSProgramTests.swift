import FileSystem
import Foundation
import Processes
import TestSupport
import Testing

@testable import AWS

/// How the program is called, by one that stands in for it.
@Suite struct AWSProgramTests {
  private func program(_ script: String, in scratch: Scratch) throws -> AWSProgram {
    try ExecutableScript.write(script, to: "\(scratch.path)/aws")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return AWSProgram(
      .init(region: "eu-west-1"), environment: ["PATH": "\(scratch.path):\(path)"],
      interruption: nil)
  }

  /// A profile with `mfa_serial` would stop it for ever where it has a terminal, and take the
  /// parameters for the code where these are its standard input.
  @Test func nobodyCanBeAsked() throws {
    let scratch = try Scratch()
    let aws = try program(
      #"""
      set -- $(cat "/proc/$$/stat")
      [ "$6" = "$$" ] || { echo "session $6 is not its own" >&2; exit 1; }
      if read -r code; then echo "it was asked, and took '$code'" >&2; exit 1; fi
      printf done
      """#, in: scratch)
    let told = try aws.call(["ssm", "put-parameter"], input: Array("{}\n".utf8))
    #expect(told == Array("done".utf8))
  }

  @Test func theInputIsWhereItLooksForIt() throws {
    let scratch = try Scratch()
    let aws = try program(
      #"""
      while [ "$1" != --cli-input-json ]; do shift; done
      # As the real one does, it may look twice.
      cat "${2#file://}" "${2#file://}"
      """#, in: scratch)
    let input = Array("{\"Value\": \"hush\"}".utf8)
    #expect(try aws.call(["ssm", "put-parameter"], input: input) == input + input)
  }
}
