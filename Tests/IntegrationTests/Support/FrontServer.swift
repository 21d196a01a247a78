import FileSystem
import Foundation
import Testing

/// A server before a registry: it passes on what it is asked, remembers it, and can be told to
/// refuse or to send elsewhere.
final class FrontServer {
  let host: String
  private let folder: String
  private let program: Program

  /// - Parameter registry: The host that it stands for.
  init(in bench: Workbench, before registry: String) throws {
    folder = "\(bench.folder)/front-\(UUID().uuidString)"
    try FileTree.makeDirectories(folder)
    let port = try Loopback.freePort()
    host = "127.0.0.1:\(port)"
    try FileTree.replace("\(folder)/front.py", with: Array(Self.script.utf8))
    program = try Program(
      ["python3", "-u", "\(folder)/front.py", "\(port)", registry, folder], scratch: folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { program.terminate() }

  /// The next upload is refused, as if what came with it were too old.
  func refuseNextUpload(challenge: String) throws { try tell("refuse", challenge) }

  /// Whoever wants a blob is sent to another host.
  func redirectBlobs(to host: String) throws { try tell("redirect", "http://\(host)") }

  /// What it adds to all that it passes on.
  func authorize(_ header: String) throws { try tell("authorize", header) }

  private func tell(_ name: String, _ text: String) throws {
    try FileTree.replace("\(folder)/\(name)", with: Array(text.utf8))
  }

  /// Each request as `METHOD path status authorization`.
  func requests() -> [String] {
    program.outputSoFar.split(separator: "\n").map(String.init)
  }

  private static let script = #"""
    import http.client, http.server, os, sys

    port, registry, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]

    def told(name, once=False):
        path = os.path.join(folder, name)
        try:
            text = open(path).read()
            if once:
                os.remove(path)
            return text
        except FileNotFoundError:
            return None

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self, status, headers, data=b""):
            print(self.command, self.path, status, self.headers.get("Authorization", "-"),
                  flush=True)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", self.length or str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def serve(self):
            self.length = None
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size) if size else None
            redirect = told("redirect")
            if redirect and "/blobs/sha256:" in self.path and self.command == "GET":
                return self.answer(307, [("Location", redirect + self.path)])
            if self.command in ("PUT", "PATCH") and "/blobs/uploads/" in self.path:
                challenge = told("refuse", once=True)
                if challenge:
                    return self.answer(401, [("WWW-Authenticate", challenge)])
            headers = {name: value for name, value in self.headers.items()
                       if name.lower() not in ("connection", "expect", "transfer-encoding")}
            given = told("authorize")
            if given:
                headers["Authorization"] = given
            upstream = http.client.HTTPConnection(registry)
            upstream.request(self.command, self.path, body, headers)
            reply = upstream.getresponse()
            data = reply.read()
            if self.command == "HEAD":
                self.length = reply.getheader("Content-Length")
            kept = [pair for pair in reply.getheaders()
                    if pair[0].lower() not in ("content-length", "connection",
                                               "transfer-encoding")]
            self.answer(reply.status, kept, data)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
    """#
}
