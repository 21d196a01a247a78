"""An AWS of its own for one test, with instances that really do what SSM tells them.

    ec2_machine.py CONFIGURATION READY

moto answers for AWS in this process. What `ssm send-command` sends to an instance is run, as root,
in the mount namespace of that instance's machine, with the limits that SSM has.

CONFIGURATION is JSON:
    port       of the loopback device
    folder     for what this program keeps; see below
    region
    machines   a list: {"namespace": path, "path": PATH there, "environment": {…}, "type": …}
READY is written once all is there: {"instances": ["i-…", …]}, in the order of `machines`.

In the folder:
    commands   one JSON object a line: each script that an instance was sent
    requests   one line each: the service and its operation, `AmazonSSM.SendCommand`
    denied     written by a test: operations, one a line, that nobody may do (`ssm:PutParameter`)
    offline    written by a test: instances, one a line, whose agent does not answer
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.ssm import models as ssm
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.core.responses import ActionResult
from moto.core.exceptions import JsonRESTError
from werkzeug.serving import make_server

# Source: SSM's user guide, "Viewing command output": get-command-invocation gives the first 24,000
# characters of each stream.
OUTPUT_LIMIT = 24_000
# The whole request.
REQUEST_LIMIT = 100_000
# How long the agent takes to hear of a command.
DELIVERY = 0.05

with open(sys.argv[1], encoding="utf-8") as file:
    configuration = json.load(file)
folder = configuration["folder"]
region = configuration["region"]
lock = threading.Lock()


def lines(name):
    try:
        with open(f"{folder}/{name}", encoding="utf-8") as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def note(name, text):
    with lock, open(f"{folder}/{name}", "a", encoding="utf-8") as file:
        file.write(text + "\n")


class Machine:
    """Where the commands of an instance run."""

    def __init__(self, description):
        self.description = description
        # It stays open, whatever becomes of the machine's processes.
        self.namespace = os.open(description["namespace"], os.O_RDONLY)
        self.instance = None

    def start(self, script):
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".sh", delete=False) as file:
            file.write(script)
        # The agent gives a command little of an environment, and no HOME.
        environment = {"PATH": self.description["path"], **self.description.get("environment", {})}
        return subprocess.Popen(
            ["nsenter", f"--mount=/proc/self/fd/{self.namespace}", "--wd=/", "--", "sh", file.name],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, pass_fds=[self.namespace])


machines = {}
running = {}


def execute(command, invocation, machine, script, limit):
    """What the agent does with one command."""
    time.sleep(DELIVERY)
    with lock:
        if invocation["Status"] != "Pending":
            return
        process = machine.start(script)
        invocation["Status"] = invocation["StatusDetails"] = "InProgress"
        running[command.command_id] = process
    try:
        output, errors = process.communicate(timeout=limit)
        status = "Success" if process.returncode == 0 else "Failed"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        status = "TimedOut"
    code = process.returncode
    with lock:
        if invocation["Status"] == "Cancelling":
            status = "Cancelled"
        invocation.update(
            ResponseCode=code if code >= 0 else 128 - code,
            StandardOutputContent=output.decode("utf-8", "replace")[:OUTPUT_LIMIT],
            StandardErrorContent=errors.decode("utf-8", "replace")[:OUTPUT_LIMIT],
            StatusDetails={"TimedOut": "ExecutionTimedOut"}.get(status, status), Status=status)
        running.pop(command.command_id, None)


def send_command(self, **arguments):
    unknown = [name for name in arguments["instance_ids"] if name not in machines]
    if unknown or not arguments["instance_ids"]:
        raise JsonRESTError("InvalidInstanceId", "Instances not in a valid state for account")
    if arguments["document_name"] != "AWS-RunShellScript":
        raise JsonRESTError("InvalidDocument", "the agent of the tests only runs shell scripts")
    parameters = arguments["parameters"]
    if len(json.dumps(parameters)) > REQUEST_LIMIT:
        raise JsonRESTError("ValidationException", "the parameters are too long")
    if "{{" in json.dumps(parameters):
        raise JsonRESTError("InvalidParameters", "{{ means something to SSM")
    command = moto_send_command(self, **arguments)
    script = "\n".join(parameters["commands"])
    limit = int(parameters.get("executionTimeout", ["3600"])[0])
    for invocation in command.invocations:
        invocation.update(Status="Pending", StatusDetails="Pending", ResponseCode=-1)
        name = invocation["InstanceId"]
        note("commands", json.dumps({"instance": name, "script": script, "timeout": limit}))
        if name in lines("offline"):
            continue
        threading.Thread(
            target=execute, args=(command, invocation, machines[name], script, limit), daemon=True
        ).start()
    command.status = "Pending"
    command.sent = time.monotonic()
    return command


def get_command_invocation(self, command_id, instance_id, plugin_name):
    command = self.get_command_by_id(command_id)
    # It takes SSM a moment until an invocation is known everywhere.
    if time.monotonic() - command.sent < DELIVERY / 2:
        raise JsonRESTError("InvocationDoesNotExist", "")
    invocation = command.get_invocation(instance_id, plugin_name)
    with lock:
        late = time.monotonic() - command.sent > command.timeout_seconds
        if late and invocation["Status"] == "Pending":
            invocation.update(Status="TimedOut", StatusDetails="DeliveryTimedOut")
        return dict(invocation)


def cancel_command(self):
    command = self.ssm_backend.get_command_by_id(self._get_param("CommandId"))
    with lock:
        for invocation in command.invocations:
            if invocation["Status"] == "Pending":
                invocation.update(Status="Cancelled", StatusDetails="Cancelled")
            elif invocation["Status"] == "InProgress":
                invocation.update(Status="Cancelling", StatusDetails="Cancelling")
                os.killpg(running[command.command_id].pid, signal.SIGKILL)
    return ActionResult({})


def describe_instance_information(self):
    wanted = set()
    for filter in self._get_param("Filters", []) or []:
        if filter.get("Key") == "InstanceIds":
            wanted.update(filter["Values"])
    for filter in self._get_param("InstanceInformationFilterList", []) or []:
        if filter.get("key") == "InstanceIds":
            wanted.update(filter["valueSet"])
    away = lines("offline")
    return ActionResult({"InstanceInformationList": [
        {
            "InstanceId": name, "PingStatus": "ConnectionLost" if name in away else "Online",
            "AgentVersion": "3.3.0.0", "PlatformType": "Linux", "PlatformName": "Amazon Linux",
            "PlatformVersion": "2023", "ResourceType": "EC2Instance", "IPAddress": "10.0.0.1",
            "ComputerName": name,
        }
        for name in machines if not wanted or name in wanted
    ]})


moto_send_command = ssm.SimpleSystemManagerBackend.send_command
ssm.SimpleSystemManagerBackend.send_command = send_command
ssm.SimpleSystemManagerBackend.get_command_invocation = get_command_invocation
SimpleSystemManagerResponse.cancel_command = cancel_command
SimpleSystemManagerResponse.describe_instance_information = describe_instance_information

SERVICES = {"AmazonSSM": "ssm", "AmazonEC2ContainerRegistry_V20150921": "ecr"}


def guarded(application):
    """Counts requests, and denies what the test says."""

    def answer(environment, start_response):
        target = environment.get("HTTP_X_AMZ_TARGET", "")
        if not target:
            target = f"{environment['REQUEST_METHOD']} {environment['PATH_INFO']}"
        note("requests", target)
        service, _, operation = target.partition(".")
        action = f"{SERVICES.get(service, service.lower())}:{operation}"
        if action in lines("denied"):
            text = json.dumps({
                "__type": "AccessDeniedException",
                "message": f"User: arn:aws:iam::123456789012:user/test is not authorized to "
                           f"perform: {action} on resource: *"})
            start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
            return [text.encode()]
        return application(environment, start_response)

    return answer


server = make_server(
    "127.0.0.1", configuration["port"],
    guarded(DomainDispatcherApplication(create_backend_app)), True)
threading.Thread(target=server.serve_forever, daemon=True).start()

keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": region,
        "endpoint_url": f"http://127.0.0.1:{configuration['port']}"}
ec2 = boto3.client("ec2", **keys)
iam = boto3.client("iam", **keys)
iam.create_instance_profile(InstanceProfileName="training")
iam.create_role(RoleName="training", AssumeRolePolicyDocument="{}")
iam.add_role_to_instance_profile(InstanceProfileName="training", RoleName="training")
image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
names = []
for description in configuration["machines"]:
    started = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, InstanceType=description.get("type", "g4dn.xlarge"),
        IamInstanceProfile={"Name": "training"},
        TagSpecifications=[{"ResourceType": "instance",
                            "Tags": [{"Key": "Name", "Value": f"trainer-{len(names)}"}]}])
    machine = Machine(description)
    machine.instance = started["Instances"][0]["InstanceId"]
    machines[machine.instance] = machine
    names.append(machine.instance)



def end(*_):
    """Nothing that a command started outlives the machine; its Docker is not ours."""
    own = {os.fstat(machine.namespace).st_ino for machine in machines.values()}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/comm", encoding="utf-8") as file:
                is_docker = file.read().startswith(("dockerd", "containerd", "docker-init"))
            if os.stat(f"/proc/{process}/ns/mnt").st_ino in own and not is_docker:
                os.kill(int(process), signal.SIGKILL)
        except OSError:
            pass
    os._exit(0)


signal.signal(signal.SIGTERM, end)
with open(sys.argv[2] + ".new", "w", encoding="utf-8") as file:
    json.dump({"instances": names}, file)
os.rename(sys.argv[2] + ".new", sys.argv[2])
while True:
    signal.pause()
