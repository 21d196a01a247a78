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
  /// Docker does not give it out; the container is kept.
  case outputInContainer(path: String, reason: String, container: String, place: String)
  case noPython(script: String)
  case logIncomplete(path: String, reason: String)
  /// More GPUs were asked for than can be had.
  case gpusMissing(wanted: String, found: Int, remedy: String)
  /// The `docker` program ended, and there is no container.
  case dockerFailed(code: Int32)
  /// The daemon could not start the container.
  case dockerRefused(reason: String)
  /// Its daemon does not answer any more.
  case containerUnreachable(name: String)
  /// Of a run that nobody watches any more.
  case containerGoesOn(id: String)
  /// Of a run that nobody watches any more, too: it could not be ended, or has what is nowhere else.
  case containerKept(id: String, reason: String)
  /// Who asked for the run was gone before it started.
  case unwanted
  /// The process that watched a run is gone, and left no word of its end.
  case runLost(id: String)
  /// It belongs to a command that somebody types to.
  case takesNoRequests(id: String)
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
    case .outputInContainer(let path, let reason, let container, let place):
      (
        "output-not-copied", "the output '\(path)' could not be brought back: \(reason)",
        "it is kept in its container: docker cp '\(container):\(place)' '\(path)', then "
          + "docker rm --volumes \(container)"
      )
    case .noPython(let script):
      (
        "no-python", "there is no Python to run '\(script)' with",
        "install one (apt-get install python3), or make a virtual environment in .venv"
      )
    case .logIncomplete(let path, let reason):
      ("incomplete-log", "the log '\(path)' is not complete: \(reason)", nil)
    case .gpusMissing(let wanted, let found, let remedy):
      ("no-gpus", "GPUs were asked for (\(wanted)), and \(found) can be had", remedy)
    case .dockerFailed(let code):
      (
        "docker-run", "docker could not make the container (exit code \(code))",
        "its log says why: runctl logs latest"
      )
    case .dockerRefused(let reason):
      (
        "docker-run", "the Docker daemon cannot start the container: \(reason)",
        ["gpu", "nvidia"].contains(where: reason.lowercased().contains)
          ? "set its NVIDIA runtime up (nvidia-ctk runtime configure --runtime=docker, then restart "
            + "it), or run without (--gpus none)"
          : "see what 'docker info' says, or run in the sandbox (--engine sandbox)"
      )
    case .containerUnreachable(let name):
      (
        "container-unreachable",
        "the Docker daemon does not answer any more, and what the container '\(name)' does is not known",
        "when it answers again: docker logs -f \(name); what it made brings runctl stop back"
      )
    case .containerGoesOn(let id):
      (
        "container-goes-on",
        "the container of the run \(id) goes on, though nobody watches it: both would write to the "
          + "same outputs",
        "wait for its end (docker wait \(DockerLeftovers.name(id))), or end it: runctl stop \(id)"
      )
    case .containerKept(let id, let reason):
      (
        "container-kept",
        "the container '\(DockerLeftovers.name(id))' of the run \(id) stays: \(reason)",
        "try again when the daemon answers (runctl stop \(id)), or give up what is in it: "
          + "docker rm --force --volumes \(DockerLeftovers.name(id))"
      )
    case .unwanted:
      ("unwanted-run", "whoever asked for the run was gone before it started", "start it again")
    case .runLost(let id):
      (
        "run-lost", "the runctl that watched the run \(id) is gone, and the run with it",
        "see what it printed (runctl logs \(id)), and start it again"
      )
    case .takesNoRequests(let id):
      (
        "no-requests", "nobody but the command that started the run \(id) can end it",
        "press Ctrl-C where it runs"
      )
    case .system(let operation, let path, let reason):
      ("launch-failed", "cannot \(operation) '\(path)': \(reason)", nil)
    }
  }
}
