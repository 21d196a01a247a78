package import State

extension RunRecord.Ending {
  /// In a word or two.
  package var words: String {
    switch self {
    case .running: "running"
    case .exited(let code): "exit code \(code)"
    case .signalled(let signal): "ended by \(StopSignal.name(of: signal))"
    case .outOfMemory: "out of memory"
    case .timedOut: "out of time"
    case .stopped(let code): "stopped, exit code \(code)"
    case .failed(let reason): reason
    }
  }

  /// Who ended it: `program`, `signal`, `oom`, `timeout`, `stop`, `runctl`; nil while it runs.
  package var author: String? {
    switch self {
    case .running: nil
    case .exited: "program"
    case .signalled: "signal"
    case .outOfMemory: "oom"
    case .timedOut: "timeout"
    case .stopped: "stop"
    case .failed: "runctl"
    }
  }
}
