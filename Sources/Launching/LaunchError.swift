package import Diagnostics

/// Why something cannot be run, or what could not be done around a run.
package enum LaunchError: ReportableError, Equatable {
  /// Neither an ENTRYPOINT, nor a CMD, nor a command was given.
  case nothingToRun
  /// The ENTRYPOINT is a shell's text, which takes no arguments.
  case entrypointTakesNoArguments(text: String)
  case unknownStopSignal(String)
  case scriptMissing(path: String, suggestion: String?)
  case scriptIsNoFile(path: String)
  case scriptOutsideContext(path: String, context: String)
  case scriptNotCopied(path: String, reason: ScriptPath.Absence)
  case volumeMissing(path: String, span: SourceSpan?)
  case unusableOutput(path: String, reason: String, span: SourceSpan?)
  /// The image's user may not write into an output that is there already.
  case outputNotWritable(path: String, user: String, uid: UInt32)
  case inputMissing(path: String, span: SourceSpan?)
  case inputUnreadable(path: String, reason: String)
  /// `kept` is where it is instead, if anywhere.
  case outputNotCopied(path: String, reason: String, kept: String?)
  case noPython(script: String)
  case logIncomplete(path: String, reason: String)
  case system(operation: String, path: String, reason: String)

  package var diagnostic: Diagnostic {
    let text = text
    return Diagnostic(id: text.id, text.message, at: span, help: text.help)
  }

  /// Where in the configuration the cause is, when it is there.
  private var span: SourceSpan? {
    switch self {
    case .volumeMissing(_, let span), .unusableOutput(_, _, let span), .inputMissing(_, let span):
      span
    default: nil
    }
  }

  private var text: (id: String, message: String, help: String?) {
    switch self {
    case .nothingToRun:
      (
        "nothing-to-run", "the image has neither an ENTRYPOINT nor a CMD",
        "give a command (runctl run -- COMMAND), or add a CMD to the Dockerfile"
      )
    case .entrypointTakesNoArguments(let text):
      (
        "entrypoint-without-arguments",
        "the image's ENTRYPOINT is a shell's line that takes no arguments: '\(text)'",
        "write it as a list (ENTRYPOINT [\"program\"]), or put \"$@\" behind it"
      )
    case .unknownStopSignal(let name):
      ("unknown-stop-signal", "the image's STOPSIGNAL '\(name)' is no signal", nil)
    case .scriptMissing(let path, let suggestion):
      (
        "no-script",
        "there is no file '\(path)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? ""),
        "name the script by its path from where you stand or from the project's root"
      )
    case .scriptIsNoFile(let path): ("no-script", "'\(path)' is no file", nil)
    case .scriptOutsideContext(let path, let context):
      (
        "script-outside-context",
        "'\(path)' is not in '\(context)', and only what is there can be in the image",
        "move it there, or choose another context"
      )
    case .scriptNotCopied(let path, let reason):
      (
        "script-not-in-image", "'\(path)' is not in the image: \(reason.explanation)",
        reason.remedy(path)
      )
    case .volumeMissing(let path, _):
      (
        "no-volume", "cannot mount '\(path)': there is nothing",
        "create it (mkdir -p '\(path)'), or remove the volume"
      )
    case .unusableOutput(let path, let reason, _):
      ("unusable-output", "'\(path)' cannot be an output: \(reason)", nil)
    case .outputNotWritable(let path, let user, let uid):
      (
        "output-not-writable",
        "the image runs as '\(user)', who may not write to the output '\(path)'",
        "give it to that user: chown -R \(uid) '\(path)'"
      )
    case .inputMissing(let path, _):
      ("no-input", "there is no input '\(path)'", "create it, or remove it from 'inputs'")
    case .inputUnreadable(let path, let reason):
      ("unreadable-input", "cannot read the input '\(path)': \(reason)", nil)
    case .outputNotCopied(let path, let reason, let kept):
      (
        "output-not-copied", "the output '\(path)' could not be brought back: \(reason)",
        kept.map { "it is kept in '\($0)'" }
      )
    case .noPython(let script):
      (
        "no-python", "there is no Python to run '\(script)' with",
        "install one (apt-get install python3), or make a virtual environment in .venv"
      )
    case .logIncomplete(let path, let reason):
      ("incomplete-log", "the log '\(path)' is not complete: \(reason)", nil)
    case .system(let operation, let path, let reason):
      ("launch-failed", "cannot \(operation) '\(path)': \(reason)", nil)
    }
  }
}
