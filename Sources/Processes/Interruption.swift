import CLinux
import Dispatch
import FileSystem
import Glibc
import Synchronization

/// That a person or the system wants the program to stop, and who must hear of it.
///
/// A child in a process group of its own does not get the terminal's Ctrl-C: each observer passes
/// it on. The first signal asks, a second one kills; after that the signal has its default effect,
/// so that a third one ends this program whatever it is doing.
package final class Interruption: Sendable {
  package enum Signal: Sendable, Hashable, Codable {
    case interrupt
    case terminate

    package var number: Int32 { self == .interrupt ? SIGINT : SIGTERM }

    /// 130 or 143.
    package var exitCode: Int32 { 128 + number }
  }

  package enum Request: Sendable, Hashable {
    case stop(Signal)
    case kill
  }

  /// Called on a private thread, or on the observer's own when the request came before it. It must
  /// be short and must not call the interruption back.
  package typealias Observer = @Sendable (Request) -> Void

  /// Ends the observation when it goes out of scope; the observer does not run afterwards.
  package struct Observation: ~Copyable {
    fileprivate let id: Int
    fileprivate let interruption: Interruption

    deinit { interruption.forget(id) }
  }

  private struct State {
    var requests: [Request] = []
    var observers: [Int: Observer] = [:]
    var nextID = 0
    var isInstalled = false
  }

  /// The one that signals reach once ``install()`` was called.
  package static let shared = Interruption()
  private static let signals = [SIGINT, SIGTERM]

  private let state = Mutex(State())

  package init() {}

  /// The first signal that came, if one came.
  package var requested: Signal? {
    state.withLock {
      guard case .stop(let signal)? = $0.requests.first else { return nil }
      return signal
    }
  }

  /// Whether somebody asked for the end once more, and no longer waits for it.
  package var kills: Bool { state.withLock { $0.requests.contains(.kill) } }

  /// For those who only want to know whether to go on.
  @Sendable package func isRequested() -> Bool { requested != nil }

  package func check() throws(ProcessError) {
    if let requested { throw .interrupted(requested) }
  }

  package func observe(_ observer: @escaping Observer) -> Observation {
    let id = state.withLock { state in
      state.requests.forEach(observer)
      state.nextID += 1
      state.observers[state.nextID] = observer
      return state.nextID
    }
    return Observation(id: id, interruption: self)
  }

  /// Takes SIGINT and SIGTERM over for the whole program. Call it once, on ``shared``.
  package func install() throws(ProcessError) {
    // Whoever started this program may have blocked them, and the mask is inherited.
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in Self.signals { sigaddset(&mask, signal) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    let pipe = try Pipe()
    let reader = clinux_duplicate(pipe.reader.descriptor, 3)
    let writer = clinux_duplicate(pipe.writer.descriptor, 3)
    guard reader >= 0, writer >= 0 else {
      throw .system(operation: "duplicate a pipe", errno: errno)
    }
    // A handler that finds the pipe full must not wait.
    _ = clinux_set_nonblocking(writer)
    state.withLock { $0.isInstalled = true }
    guard clinux_forward_signals(writer, Self.signals, Self.signals.count) == 0 else {
      throw .system(operation: "take over signals", errno: errno)
    }
    // A queue of its own: its thread waits for signals as long as the program lives.
    DispatchQueue(label: "interruption").async { self.readSignals(from: reader) }
  }

  private func readSignals(from descriptor: Int32) {
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count == 1 { deliver(Int32(byte) == SIGINT ? .interrupt : .terminate) }
      if count == 0 || (count < 0 && errno != EINTR) { return }
    }
  }

  /// What a signal does; tests call it in the signal's place.
  package func deliver(_ signal: Signal) {
    state.withLock { state in
      let request = state.requests.isEmpty ? Request.stop(signal) : .kill
      state.requests.append(request)
      state.observers.values.forEach { $0(request) }
      if request == .kill, state.isInstalled {
        _ = clinux_default_signals(Self.signals, Self.signals.count)
      }
    }
  }

  /// What ends something by itself, and not for a signal: the first request asks as well as the
  /// next one, and signals stay taken over.
  package func request(_ request: Request) {
    state.withLock { state in
      state.requests.append(request)
      state.observers.values.forEach { $0(request) }
    }
  }

  private func forget(_ id: Int) {
    _ = state.withLock { $0.observers.removeValue(forKey: id) }
  }
}
