#!/usr/bin/env python3
"""How long runctl's questions take in a project that has grown.

Makes a project of FILES files, a history of BUILDS real builds and a store of BLOBS blobs below
FOLDER, and times `status`, `explain`, `history` and a build with nothing to do, beside a walk of
the same files. What is there from an earlier call is used again.
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--runctl", default="runctl")
parser.add_argument("--files", type=int, default=100_000)
parser.add_argument("--builds", type=int, default=10_000)
parser.add_argument("--blobs", type=int, default=100_000)
parser.add_argument("--rounds", type=int, default=11)
options = parser.parse_args()

project = options.folder / "project"
home = options.folder / "home"
environment = {**os.environ, "RUNCTL_HOME": str(home)}


def runctl(*arguments):
    return subprocess.run(
        [options.runctl, *arguments], cwd=project, env=environment, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def make_files():
    project.mkdir(parents=True, exist_ok=True)
    (project / "Dockerfile").write_text("FROM scratch\nCOPY edited /\nCOPY data /data\n")
    (project / "edited").write_text("0\n")
    for number in range(options.files):
        folder = project / "data" / f"{number // 500:03}"
        if number % 500 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number:06}"
        if not path.exists():
            path.write_text(f"{number}\n")


def make_builds():
    """Builds that differ, of an image without the many files: only the history counts here."""
    (project / ".runctl.toml").write_text(
        "[images.project]\ndockerfile = 'Dockerfile'\n"
        "[images.small]\ndockerfile = 'small.Dockerfile'\n")
    (project / "small.Dockerfile").write_text("FROM scratch\nCOPY edited /\n")
    done = len(json.loads(runctl("history", "--json", "--limit", "1000000"))["events"])
    for number in range(done, options.builds):
        (project / "edited").write_text(f"{number}\n")
        runctl("build", "small")


def make_blobs():
    blobs = home / "blobs" / "sha256"
    there = len(os.listdir(blobs))
    for number in range(there, options.blobs):
        content = f"blob {number}\n".encode()
        (blobs / hashlib.sha256(content).hexdigest()).write_bytes(content)


def timed(action):
    times = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


make_files()
make_builds()
runctl("build")
make_blobs()
walk = timed(lambda: subprocess.run(["find", project, "-size", "+1000000G"], check=True))
print(f"a walk of the files (find): {walk:.0f} ms")
state = project / ".runctl" / "state.db"
print(f"state.db: {state.stat().st_size / 1e6:.1f} MB, store.db: {(home / 'store.db').stat().st_size / 1e6:.1f} MB")
for arguments in (
    ["build", "project"], ["status", "project"], ["explain", "project"], ["explain", "small"],
    ["explain", "--last"], ["explain", "--run", str(options.builds // 2)], ["history"],
    ["history", "--limit", "10000", "--json"], ["images", "ls"],
):
    print(f"{' '.join(arguments):40} {timed(lambda: runctl(*arguments)):6.0f} ms")
(project / "edited").write_text(f"{time.time()}\n")
for arguments in (["build", "-n", "project"], ["status", "project"], ["explain", "project"]):
    print(f"{' '.join(arguments) + ', one file edited':40} {timed(lambda: runctl(*arguments)):6.0f} ms")
