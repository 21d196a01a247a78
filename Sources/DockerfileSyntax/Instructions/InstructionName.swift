/// The instructions that exist.
enum InstructionName: String, CaseIterable, Sendable {
  case add, arg, cmd, copy, entrypoint, env, expose, from, healthcheck, label, maintainer, onbuild
  case run, shell, stopsignal, user, volume, workdir

  /// As it stands in messages.
  var keyword: String { rawValue.uppercased() }
}
