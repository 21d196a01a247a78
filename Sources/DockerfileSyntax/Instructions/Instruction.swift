/// One instruction, typed. Words still hold their quotes and variables: expanding them takes the
/// state of the build.
package struct Instruction: Sendable, Hashable {
  package indirect enum Kind: Sendable, Hashable {
    case from(From)
    case arg([ArgDeclaration])
    case run(Run)
    case copy(Copy)
    case add(Add)
    case env([Assignment])
    case label([Assignment])
    case workdir(Word)
    case user(Word)
    case expose([Word])
    case volume([Word])
    case entrypoint(Command)
    case cmd(Command)
    case shell([Word])
    case stopSignal(Word)
    case healthcheck(Healthcheck)
    case onbuild(Trigger)
    case maintainer(Word)
  }

  package let kind: Kind
  /// As it is written; upper or lower case.
  package let keyword: Word
  /// From the keyword to the end of its logical line, in bytes of the source; heredoc bodies have
  /// ranges of their own.
  package let range: Range<Int>
  /// In lines of the source from 1, heredoc bodies among it.
  package let lines: ClosedRange<Int>
  /// The instruction with its continuations joined, for the image's history.
  package let text: String
}

extension Instruction {
  /// `FROM [--platform=P] IMAGE [AS NAME]`.
  package struct From: Sendable, Hashable {
    package let image: Word
    /// In lower case, whatever is written: stage names do not care.
    package let name: Word?
    package let platform: Word?
  }

  /// One of ARG's names; a nil value has no default.
  package struct ArgDeclaration: Sendable, Hashable {
    package let name: Word
    package let value: Word?
  }

  /// What RUN, CMD and ENTRYPOINT execute.
  package enum Command: Sendable, Hashable {
    /// For the shell; may be empty.
    case shell(Word)
    /// The arguments as they are; may be none.
    case exec([Word])
  }

  package struct Run: Sendable, Hashable {
    package let command: Command
    package let heredocs: [Heredoc]
    /// Values of `--mount`, not yet taken apart.
    package let mounts: [Word]
    /// `default`, `none` or `host`.
    package let network: Word?
    /// `sandbox` or `insecure`.
    package let security: Word?
    /// Values of `--device`, not yet taken apart.
    package let devices: [Word]
  }

  package struct Copy: Sendable, Hashable {
    package let sources: [Source]
    package let destination: Word
    /// A stage, its number, or an image.
    package let from: Word?
    package let options: CopyOptions
    /// `--parents`: directories of the source path are kept.
    package let parents: Bool
  }

  package struct Add: Sendable, Hashable {
    package let sources: [Source]
    package let destination: Word
    package let options: CopyOptions
    package let checksum: Word?
    /// nil when not given: the kind of source then decides.
    package let keepsGitDirectory: Bool?
    /// nil when not given: local archives are unpacked, remote ones are not.
    package let unpacks: Bool?
  }

  /// What COPY and ADD have in common.
  package struct CopyOptions: Sendable, Hashable {
    package let owner: Word?
    package let permissions: Word?
    package let link: Bool
    package let excludes: [Word]
  }

  package enum Source: Sendable, Hashable {
    /// A path, a pattern, or for ADD a URL.
    case path(Word)
    /// A heredoc, which becomes a file of its name. Its `text` is what the file holds, after
    /// expansion without quote removal when it `expands`.
    case inline(Heredoc)
  }

  package enum Healthcheck: Sendable, Hashable {
    /// `HEALTHCHECK NONE`: the base image's is switched off.
    case none
    case command(Command, HealthcheckOptions)
  }

  /// Zero means that the engine's default holds.
  package struct HealthcheckOptions: Sendable, Hashable {
    package var interval: Duration = .zero
    package var timeout: Duration = .zero
    package var startPeriod: Duration = .zero
    package var startInterval: Duration = .zero
    package var retries = 0
  }

  /// ONBUILD's instruction, for those who build on the image.
  package struct Trigger: Sendable, Hashable {
    /// What the image's configuration keeps.
    package let expression: String
    package let keyword: Word
    /// nil when it will fail once it is used; a warning has been given.
    package let instruction: Instruction?
  }
}
