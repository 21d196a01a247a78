import Glibc

/// The signal of an image's STOPSIGNAL.
enum StopSignal {
  private static let numbers: [String: Int32] = [
    "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "TRAP": SIGTRAP,
    "ABRT": SIGABRT, "BUS": SIGBUS, "FPE": SIGFPE, "KILL": SIGKILL, "USR1": SIGUSR1,
    "SEGV": SIGSEGV, "USR2": SIGUSR2, "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM,
    "CHLD": SIGCHLD, "CONT": SIGCONT, "STOP": SIGSTOP, "TSTP": SIGTSTP, "TTIN": SIGTTIN,
    "TTOU": SIGTTOU, "URG": SIGURG, "XCPU": SIGXCPU, "XFSZ": SIGXFSZ, "VTALRM": SIGVTALRM,
    "PROF": SIGPROF, "WINCH": SIGWINCH, "IO": SIGIO, "PWR": SIGPWR, "SYS": SIGSYS,
  ]
  private static let realTime: ClosedRange<Int32> = 34...64

  /// - Parameter text: `SIGTERM`, `TERM`, `15` or `SIGRTMIN+3`; nil is SIGTERM.
  static func number(of text: String?) throws(LaunchError) -> Int32 {
    guard let text, !text.isEmpty else { return SIGTERM }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    if let number = numbers[name] ?? realTimeNumber(name) { return number }
    guard let number = Int32(text), (1...64).contains(number) else {
      throw .unknownStopSignal(text)
    }
    return number
  }

  /// `SIGTERM`, or `signal 40`.
  static func name(of number: Int32) -> String {
    numbers.first { $0.value == number }.map { "SIG\($0.key)" } ?? "signal \(number)"
  }

  private static func realTimeNumber(_ name: String) -> Int32? {
    for (start, prefix) in [(realTime.lowerBound, "RTMIN"), (realTime.upperBound, "RTMAX")]
    where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      guard let offset = rest.isEmpty ? 0 : Int32(rest) else { return nil }
      let (number, overflow) = start.addingReportingOverflow(offset)
      return !overflow && realTime.contains(number) ? number : nil
    }
    return nil
  }
}
