import CLinux
import FileSystem
import Glibc
import Processes

/// Waits for the container's end, and does in the meantime what there is to do.
struct SupervisorLoop: ~Copyable {
  private let process: pid_t
  private let stopSignal: Int32
  private let events: SignalEvents
  private var relay: TerminalRelay?
  /// The signal whose effect a kill had, where the kernel would have dropped it.
  private var stoodInFor: Int32?
  private var health: HealthWatch?

  init(
    process: pid_t, stopSignal: Int32, events: consuming SignalEvents, terminal: Int32?,
    health: HealthWatch?
  ) {
    self.health = health
    self.process = process
    self.stopSignal = stopSignal
    self.events = events
    relay = terminal.map { TerminalRelay(terminal: $0) }
    relay?.resize()
  }

  /// - Returns: nil when the program that wanted it has ended, or wants no more of it.
  mutating func run() -> ExitStatus? {
    // It may have ended before anybody looked.
    if let status = finish() { return status }
    while true {
      var watched = [pollfd(events.descriptor), pollfd(HostChannel.control)]
      watched += relay?.watched ?? []
      let ready = poll(&watched, nfds_t(watched.count), health?.wait ?? -1)
      health?.act()
      guard ready > 0 else { continue }
      if watched.count > 2 { relay?.pump(watched[2...]) }
      if watched[1].revents != 0, !passSignalOn() { return nil }
      if watched[0].revents != 0, let status = handleEvents() { return status }
    }
  }

  private mutating func handleEvents() -> ExitStatus? {
    while let event = events.next() {
      if event == .windowChanged { relay?.resize() }
    }
    return finish()
  }

  /// The command's status, if it has ended; what it still wrote to its terminal is then passed on.
  private mutating func finish() -> ExitStatus? {
    guard let status = reap() else { return nil }
    relay?.drain()
    return status
  }

  /// As the first process of the namespace, it inherits all orphans.
  private mutating func reap() -> ExitStatus? {
    var found: pid_t = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    while clinux_reap(-1, false, &found, &code, &signal) == 0, found > 0 {
      if found == process {
        return signal == 0 ? .exited(code) : .signaled(stoodInFor ?? signal)
      }
      health?.ended(found, isWell: code == 0 && signal == 0)
    }
    return nil
  }

  /// - Returns: false at the end of the pipe.
  private mutating func passSignalOn() -> Bool {
    var byte: UInt8 = 0
    guard read(HostChannel.control, &byte, 1) == 1 else { return false }
    let signal = Int32(byte) == SIGTERM ? stopSignal : Int32(byte)
    if wouldBeLost(signal) {
      stoodInFor = signal
      kill(process, SIGKILL)
    } else {
      kill(process, signal)
    }
    return true
  }

  /// The kernel drops a signal to the first process of a namespace that has no handler for it
  /// (pid_namespaces(7)); anywhere else its default would have ended the process.
  private func wouldBeLost(_ signal: Int32) -> Bool {
    guard let status = try? FileTree.read("/proc/\(process)/status") else { return false }
    let masks = String(decoding: status, as: UTF8.self).split(separator: "\n").compactMap {
      line -> UInt64? in
      let parts = line.split(separator: ":")
      guard parts.count == 2, ["SigBlk", "SigIgn", "SigCgt"].contains(parts[0]) else { return nil }
      return UInt64(parts[1].filter(\.isHexDigit), radix: 16)
    }
    guard masks.count == 3 else { return false }
    return masks.allSatisfy { $0 & (1 << UInt64(signal - 1)) == 0 }
  }
}

extension pollfd {
  init(_ descriptor: Int32, writing: Bool = false) {
    self.init(fd: descriptor, events: Int16(writing ? POLLOUT : POLLIN), revents: 0)
  }
}
