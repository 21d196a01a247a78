/// Names of signals, as `STOPSIGNAL` takes them.
enum StopSignal {
  /// Source: signal(7), "Standard signals", and the real-time ones by Docker's spelling.
  private static let names: Set<String> = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL",
    "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP",
    "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN",
    "RTMAX",
  ]

  static func isValid(_ text: String) -> Bool {
    if let number = Int(text) { return (1...64).contains(number) }
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if names.contains(name) { return true }
    for (prefix, limit) in [("RTMIN+", 15), ("RTMAX-", 14)] where name.hasPrefix(prefix) {
      return Int(name.dropFirst(prefix.count)).map { (1...limit).contains($0) } ?? false
    }
    return false
  }
}
