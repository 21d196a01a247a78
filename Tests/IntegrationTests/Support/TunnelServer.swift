import FileSystem
import Foundation
import Testing

/// A proxy that leads every host to one port of this machine: so a test's registry is `docker.io`.
final class TunnelServer {
  let address: String
  private let program: Program

  init(in bench: Workbench, to registry: String) throws {
    let port = try Loopback.freePort()
    address = "http://127.0.0.1:\(port)"
    let script = "\(bench.folder)/tunnel.py"
    try FileTree.replace(script, with: Array(Self.script.utf8))
    program = try Program(
      ["python3", "-u", script, "\(port)", registry], scratch: bench.folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { program.terminate() }

  private static let script = #"""
    import socket, socketserver, sys, threading

    host, port = sys.argv[2].split(":")

    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self):
            head = b""
            while b"\r\n\r\n" not in head:
                data = self.request.recv(65536)
                if not data:
                    return
                head += data
            with socket.create_connection((host, int(port))) as other:
                self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=pump, args=(other, self.request))
                back.start()
                pump(self.request, other)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    Server(("127.0.0.1", int(sys.argv[1])), Tunnel).serve_forever()
    """#
}
