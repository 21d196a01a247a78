import CLinux
import FileSystem
import Glibc

/// The descriptors that a child gets, and our ends of its pipes.
struct Streams: ~Copyable {
  private var output = OutputSink()
  private var errors = OutputSink()
  /// Open until the child has its own copies.
  private var childEnds: [Int32] = []
  private(set) var childDescriptors: [clinux_descriptor] = []

  init(_ command: Command) throws(ProcessError) {
    try connectInput(command.input)
    output = try connect(command.output, target: 1)
    if case .joined = command.errors {
      let source = childDescriptors.first { $0.target == 1 }?.source ?? 1
      childDescriptors.append(clinux_descriptor(target: 2, source: source))
    } else {
      errors = try connect(command.errors, target: 2)
    }
    for (target, source) in command.descriptors.sorted(by: { $0.key < $1.key }) {
      childDescriptors.append(clinux_descriptor(target: target, source: source))
    }
  }

  deinit { childEnds.forEach { close($0) } }

  mutating func closeChildEnds() {
    childEnds.forEach { close($0) }
    childEnds = []
  }

  func captured(_ stream: Int) -> [UInt8] {
    stream == 1 ? output.captured : errors.captured
  }

  // MARK: Connecting

  private mutating func give(_ target: Int32, own descriptor: Int32) throws(ProcessError) {
    guard descriptor >= 0 else { throw .system(operation: "open a descriptor", errno: errno) }
    childEnds.append(descriptor)
    childDescriptors.append(clinux_descriptor(target: target, source: descriptor))
  }

  private mutating func connectInput(_ input: Command.Input) throws(ProcessError) {
    switch input {
    case .inherit: break
    case .null: try give(0, own: clinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0))
    case .descriptor(let source):
      childDescriptors.append(clinux_descriptor(target: 0, source: source))
    case .bytes(let bytes):
      let file = try memoryFile(bytes, name: "input")
      try give(0, own: clinux_duplicate(file.descriptor, 3))
    }
  }

  private mutating func connect(
    _ output: Command.Output, target: Int32
  ) throws(ProcessError) -> OutputSink {
    switch output {
    case .inherit, .joined: return OutputSink()
    case .null:
      try give(target, own: clinux_open("/dev/null", O_WRONLY | O_CLOEXEC, 0))
      return OutputSink()
    case .descriptor(let source):
      childDescriptors.append(clinux_descriptor(target: target, source: source))
      return OutputSink()
    case .capture, .lines, .chunks:
      let pipe = try Pipe()
      try give(target, own: clinux_duplicate(pipe.writer.descriptor, 3))
      let reader = clinux_duplicate(pipe.reader.descriptor, 3)
      guard reader >= 0 else { throw .system(operation: "open a descriptor", errno: errno) }
      _ = clinux_set_nonblocking(reader)
      return OutputSink(descriptor: reader, to: output)
    }
  }

  // MARK: Pumping

  /// Reads the child's output until the child has ended and its pipes are closed, or the grace for
  /// those who hold them is over.
  /// - Returns: false when the time ran out before the child ended.
  mutating func pump(until child: borrowing Child, timeout: Duration?) -> Bool {
    let clock = ContinuousClock()
    var deadline = timeout.map { clock.now + $0 }
    var hasEnded = false
    while !hasEnded || isOpen {
      let wait = deadline.map { clock.now.duration(to: $0).milliseconds } ?? -1
      if deadline != nil, wait <= 0 { break }
      let ready = poll(child: hasEnded ? nil : child.watch, milliseconds: wait)
      if ready.output { _ = output.readOnce() }
      if ready.errors { _ = errors.readOnce() }
      if ready.child {
        hasEnded = true
        deadline = clock.now + Subprocess.grace
      }
    }
    output.drain()
    errors.drain()
    output.close()
    errors.close()
    return hasEnded
  }

  private var isOpen: Bool { output.isOpen || errors.isOpen }

  private func poll(
    child: Int32?, milliseconds: Int32
  ) -> (child: Bool, output: Bool, errors: Bool) {
    var events = [child ?? -1, output.descriptor, errors.descriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    guard Glibc.poll(&events, nfds_t(events.count), milliseconds) > 0 else {
      return (false, false, false)
    }
    return (events[0].revents != 0, events[1].revents != 0, events[2].revents != 0)
  }
}

extension Duration {
  /// Rounded up, and no more than poll(2) can take.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    let value = seconds.multipliedReportingOverflow(by: 1000)
    if value.overflow { return seconds < 0 ? 0 : .max }
    return Int32(
      clamping: value.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
