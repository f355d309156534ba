"""Sampling: what reading every container once a second costs Brig, and what the same costs dockerd when somebody streams its stats."""

import threading
import time

from lib.bench import Bench, cpu_seconds, median

STEPS = (200, 1000)
SECONDS = 10
ROUNDS = 3
DOCKERS = 20


def run(bench: Bench):
    brig, docker = bench.brig(), bench.dockerd()
    idle = share(lambda: cpu_seconds(brig.pid))
    bench.note("brig without containers", f"{idle * 100:.2f} % of one core")
    for _ in range(DOCKERS):
        docker.start(docker.create(["/bin/sleep", "100000"]))
    engines = docker.processes()
    quiet = share(lambda: sum(map(cpu_seconds, engines)))
    streams = [Stream(docker, one["Id"]) for one in docker.api.request("GET", "/containers/json")]
    running = 0
    for many in STEPS:
        for _ in range(many - running):
            brig.start(brig.create(["/bin/sleep", "100000"]))
        running = many
        time.sleep(5)
        busy, theirs = [], []
        for _ in range(ROUNDS):     # in turns: the machine is as loud for both
            busy.append(share(lambda: cpu_seconds(brig.pid)))
            theirs.append(share(lambda: sum(map(cpu_seconds, engines))))
        each, docker_each = median(busy) / many, (median(theirs) - quiet) / DOCKERS
        bench.line(f"sampling {many} containers", f"{median(busy) * 100:.2f} % of one core", median(busy), 0.02 if many == 200 else 0.05)
        bench.line("  than docker stats", f"each {each * 1000:.3f} ms a second  dockerd {docker_each * 1000:.3f} ms", docker_each / each, 20, at_least=True, of="times less")
    for stream in streams:
        stream.close()


def share(used) -> float:
    """Part of one core."""
    before, start = used(), time.monotonic()
    time.sleep(SECONDS)
    return (used() - before) / (time.monotonic() - start)


class Stream:
    """Reads what `docker stats` reads, and forgets it."""

    def __init__(self, docker, container: str):
        self._client = docker.client()
        self._answer = self._client.stream("GET", f"/containers/{container}/stats?stream=1")
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._client.close()

    def _read(self):
        try:
            while self._answer.read1(64 * 1024):
                pass
        except (OSError, ValueError, AttributeError):
            pass
