import FileSystem
import Processes
import Testing

@testable import Launching

/// Output that is told once more from its start, as `docker logs` does it.
struct OutputTeeTests {
  private let bench: Workbench
  private var path: String { "\(bench.root)/log" }

  init() throws { bench = try Workbench() }

  private func pass(_ text: String, to output: Command.Output) {
    guard case .chunks(let sink) = output else { return }
    // In pieces that begin and end anywhere.
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      sink(Array(bytes.prefix(3)))
      bytes = bytes.dropFirst(3)
    }
  }

  @Test func whatCameIsNotTakenTwice() throws {
    let tee = try OutputTee(log: path)
    pass("one\ntw", to: tee.output(.output, to: nil))
    pass("bad\n", to: tee.output(.errors, to: nil))
    pass("one\ntwo\nthree\n", to: tee.rest(of: .output, to: nil))
    pass("bad\nworse\n", to: tee.rest(of: .errors, to: nil))
    pass("one\ntwo\nthree\n", to: tee.rest(of: .output, to: nil))
    #expect(try bench.read("log") == "one\ntwbad\no\nthree\nworse\n")
  }

  /// The `docker` program says on the same stream that it lost its daemon.
  @Test func whatWasNotTheProgramsHidesNothing() throws {
    let tee = try OutputTee(log: path)
    pass("one\n", to: tee.output(.errors, to: nil))
    pass("unexpected EOF\n", to: tee.output(.errors, to: nil))
    pass("one\ntwo, and more than that\n", to: tee.rest(of: .errors, to: nil))
    #expect(try bench.read("log") == "one\nunexpected EOF\ntwo, and more than that\n")
  }

  @Test func anotherProcessGoesOn() throws {
    do {
      let tee = try OutputTee(log: path)
      pass("one\n", to: tee.output(.output, to: nil))
      pass("bad\n", to: tee.output(.errors, to: nil))
    }
    let tee = try OutputTee(continuing: path)
    pass("one\ntwo\n", to: tee.rest(of: .output, to: nil))
    pass("bad\n", to: tee.rest(of: .errors, to: nil))
    #expect(try bench.read("log") == "one\nbad\ntwo\n")
  }
}
