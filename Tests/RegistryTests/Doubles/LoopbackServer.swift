import Dispatch
import Glibc
import Synchronization

/// A server on a free loopback port that answers each connection's requests with raw bytes.
///
/// For what a scripted transport cannot show: connections that break, and libcurl itself.
final class LoopbackServer: Sendable {
  /// What to write for the request with this head and index; the connection closes after `nil`.
  typealias Answer = @Sendable (_ head: String, _ index: Int) -> [UInt8]?

  let port: UInt16
  private let listener: Int32
  private let answer: Answer
  private let heads = Mutex<[String]>([])
  private let connections = Mutex(0)

  init(_ answer: @escaping Answer) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = listen(listener, 16)
        _ = getsockname(listener, $0, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    Thread.start { [self] in accept() }
  }

  var host: String { "127.0.0.1:\(port)" }
  var requests: [String] { heads.withLock { $0 } }
  var connectionCount: Int { connections.withLock { $0 } }

  func stop() { _ = shutdown(listener, Int32(SHUT_RDWR)) }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      connections.withLock { $0 += 1 }
      Thread.start { [self] in
        serve(connection)
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    while let head = Self.readHead(connection) {
      let index = heads.withLock { heads in
        heads.append(head)
        return heads.count - 1
      }
      guard let bytes = answer(head, index) else { return }
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
      }
      if !head.hasPrefix("HEAD"),
        String(decoding: bytes.prefix(400), as: UTF8.self).contains("close")
      {
        return
      }
    }
  }

  private static func readHead(_ connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Blocking work that must not take a place from the tests' own threads.
private enum Thread {
  static func start(_ body: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "loopback").async(execute: body)
  }
}

enum Threads {
  static func perform(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
      DispatchQueue(label: "test \(index)").async(group: group) { body(index) }
    }
    group.wait()
  }
}
