extension MotoServer {
  /// moto, and what it has not: agents of SSM, passwords of ECR that expire, and a registry that
  /// takes them.
  ///
  /// An instance has an agent unless its tag `agent` is `none`, and takes commands while it runs. The registry hands everything on to a
  /// real one, once ECR's own rules are met: a password, a repository that was made, and permission,
  /// which nobody has to upload below `forbidden/`.
  ///
  /// Arguments: the port of AWS, the port of the registry, and the host of the real registry.
  static let source = #"""
    import base64, http.client, json, sys, threading, uuid
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from moto.ec2 import ec2_backends
    from moto.ecr import ecr_backends
    from moto.core.exceptions import JsonRESTError
    from moto.ecr.responses import ECRResponse
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.ssm.models import SimpleSystemManagerBackend
    from moto.ssm.responses import SimpleSystemManagerResponse
    from werkzeug.serving import run_simple

    account, region = "123456789012", "us-east-1"
    tokens = set()

    def get_authorization_token(self):
        password = "token-" + uuid.uuid4().hex
        tokens.add("Basic " + base64.b64encode(("AWS:" + password).encode()).decode())
        token = base64.b64encode(("AWS:" + password).encode()).decode()
        entry = {"authorizationToken": token, "expiresAt": 4102444800, "proxyEndpoint": "http://x"}
        return json.dumps({"authorizationData": [entry]})

    def describe_instance_information(self):
        backend = ec2_backends[self.current_account][self.region]
        online = [
            {"InstanceId": i.id, "PingStatus": "Online", "PlatformType": "Linux"}
            for i in backend.all_running_instances()
            if not any(t["key"] == "agent" and t["value"] == "none" for t in i.get_tags())
        ]
        return json.dumps({"InstanceInformationList": online})

    moto_send_command = SimpleSystemManagerBackend.send_command

    def send_command(self, **arguments):
        backend = ec2_backends[self.account_id][self.region_name]
        running = {instance.id for instance in backend.all_running_instances()}
        if not running.issuperset(arguments["instance_ids"]):
            raise JsonRESTError("InvalidInstanceId", "Instances not in a valid state for account")
        return moto_send_command(self, **arguments)

    SimpleSystemManagerBackend.send_command = send_command
    ECRResponse.get_authorization_token = get_authorization_token
    SimpleSystemManagerResponse.describe_instance_information = describe_instance_information

    class Registry(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        log_message = lambda self, *arguments: None

        def refuse(self, status, code, message, headers=()):
            body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
            self.answer(status, [("Content-Type", "application/json"), *headers], body)

        def answer(self, status, headers, body):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def body(self):
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def handle_request(self):
            body = self.body()
            if self.path == "/test/expire":
                tokens.clear()
                return self.answer(200, [], b"")
            given = self.headers.get("Authorization")
            if given is None:
                challenge = ("WWW-Authenticate", 'Basic realm="ecr",service="ecr.amazonaws.com"')
                return self.refuse(401, "UNAUTHORIZED", "Not Authorized", [challenge])
            if given not in tokens:
                told = "Your authorization token has expired. Reauthenticate and try again."
                return self.refuse(403, "DENIED", told)
            path = self.path.split("?")[0]
            for mark in ("/blobs/", "/manifests/"):
                if mark not in path:
                    continue
                name = path[len("/v2/"):path.index(mark)]
                if name.startswith("forbidden/") and self.command == "POST":
                    told = ("User: arn:aws:iam::%s:user/me is not authorized to perform: "
                            "ecr:InitiateLayerUpload on resource: x" % account)
                    return self.refuse(403, "DENIED", told)
                if name not in ecr_backends[account][region].repositories:
                    told = "The repository with name '%s' does not exist" % name
                    return self.refuse(404, "NAME_UNKNOWN", told)
            upstream = http.client.HTTPConnection(sys.argv[3])
            # With the host that was asked, so that places in replies lead back to here.
            headers = {k: v for k, v in self.headers.items()
                       if k.lower() not in ("authorization", "transfer-encoding", "content-length")}
            headers["Content-Length"] = str(len(body))
            upstream.request(self.command, self.path, body, headers)
            reply = upstream.getresponse()
            content = reply.read()
            kept = [(k, v) for k, v in reply.getheaders()
                    if k.lower() not in ("content-length", "transfer-encoding", "connection")]
            if self.command == "HEAD":
                self.send_response(reply.status)
                for name, value in reply.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                return
            self.answer(reply.status, kept, content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    registry = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Registry)
    threading.Thread(target=registry.serve_forever, daemon=True).start()
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True)
    """#
}
