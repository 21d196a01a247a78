import FileSystem
import Foundation
import Testing

/// A service that gives out tokens for a registry: `alice` may do everything, `bob` may only pull,
/// and who says nothing may pull what is in `public/`.
final class TokenServer {
  static let password = "correct horse"
  static let identity = "identity-of-alice"

  let address: String
  private let certificate: TestCertificate
  private let program: Program

  init(in bench: Workbench) throws {
    certificate = try TestCertificate(in: bench, hosts: ["tokens.test"])
    let port = try Loopback.freePort()
    address = "http://127.0.0.1:\(port)/token"
    let script = "\(bench.folder)/tokens.py"
    try FileTree.replace(script, with: Array(Self.script.utf8))
    program = try Program(
      ["python3", "-u", script, "\(port)", certificate.file, certificate.key],
      scratch: bench.folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { program.terminate() }

  /// For the registry's configuration.
  var setting: String {
    "auth: {token: {realm: '\(address)', service: test, issuer: test, "
      + "rootcertbundle: \(certificate.file)}}"
  }

  /// What it was asked for: `alice repository:team/app:pull,push`.
  func requests() -> [String] {
    program.outputSoFar.split(separator: "\n").map(String.init)
  }

  /// Source: distribution's "Token Authentication Implementation": a JWT whose key is that of a
  /// certificate in its header.
  private static let script = #"""
    import base64, http.server, json, subprocess, sys, time, urllib.parse, uuid

    port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    PASSWORD, IDENTITY = "correct horse", "identity-of-alice"
    lines = open(certificate).read().split("\n")
    der = "".join(line for line in lines if line and "-----" not in line)

    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    def token(user, scopes):
        access = []
        for scope in scopes:
            kind, name, actions = scope.rsplit(":", 2) if scope.count(":") > 1 else ("", "", "")
            wanted = actions.split(",")
            if user == "bob" or (user == "" and name.startswith("public/")):
                wanted = [action for action in wanted if action == "pull"]
            elif user != "alice":
                wanted = []
            access.append({"type": kind, "name": name, "actions": wanted})
        now = int(time.time())
        header = {"typ": "JWT", "alg": "RS256", "x5c": [der]}
        claims = {"iss": "test", "sub": user, "aud": "test", "exp": now + 300, "nbf": now - 10,
                  "iat": now, "jti": str(uuid.uuid4()), "access": access}
        text = b".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text,
                                   capture_output=True, check=True).stdout
        return (text + b"." + encode(signature)).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def give(self, user, scopes):
            print(user or "anonymous", *scopes, flush=True)
            self.answer(200, {"token": token(user, scopes), "expires_in": 300})

        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            given = self.headers.get("Authorization", "")
            user = ""
            if given.startswith("Basic "):
                user, _, password = base64.b64decode(given[6:]).decode().partition(":")
                if user not in ("alice", "bob") or password != PASSWORD:
                    print("refused", user, flush=True)
                    return self.answer(401, {"details": "incorrect username or password"})
            self.give(user, query.get("scope", []))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = urllib.parse.parse_qs(body)
            if form.get("refresh_token") != [IDENTITY]:
                print("refused token", flush=True)
                return self.answer(401, {"details": "the identity token has expired"})
            self.give("alice", form.get("scope", [""])[0].split())

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
    """#
}
