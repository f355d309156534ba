"""Docker's API over its socket, the same requests to Brig and to dockerd, both on a bridge: a life, an exec, many at once, stats of fifty, and what the docker command reads and copies."""

import concurrent.futures
import os
import subprocess
import threading
import time

from lib.bench import Bench, cpu_seconds, median, timed
from lib.http import Client

IMAGES = {"brig": "brig/busybox", "dockerd": "bench"}
ROUNDS, CYCLES = 12, {"brig": 20, "dockerd": 4}
AT_ONCE = {16: {"brig": 640, "dockerd": 64}, 64: {"brig": 640, "dockerd": 128}}
STATS = 50
SETTLE, SECONDS = 15, 20     # the code that answers is compiled in the first ten of a stream; a tick of the processor's account is 10 ms, so a few seconds count nothing
LINES = 2_000_000      # of 100 bytes
COPIED = 1 << 30


def run(bench: Bench):
    brig, docker = bench.brig(), bench.dockerd(bridge=True)
    engines = {"brig": Engine("brig", str(brig.run / "docker.sock"), lambda: [brig.pid, *brig.shims()]), "dockerd": Engine("dockerd", docker.socket, docker.processes)}
    _lives(bench, engines)
    _execs(bench, engines)
    for many, cycles in AT_ONCE.items():
        _at_once(bench, engines, many, cycles)
    _stats(bench, engines)
    _logs(bench, engines)
    _copies(bench, engines)


class Engine:
    """One of the two, by requests of API 1.41."""

    def __init__(self, name: str, socket: str, processes):
        self.name, self.socket, self.processes = name, socket, processes
        self._clients = threading.local()

    def request(self, method: str, path: str, body=None):
        if not hasattr(self._clients, "mine"):
            self._clients.mine = Client(self.socket)
        return self._clients.mine.request(method, "/v1.41" + path, body)

    def create(self, *command: str, **host_config) -> str:
        return self.request("POST", "/containers/create", {"Image": IMAGES[self.name], "Cmd": command, "HostConfig": {"NetworkMode": "bridge"} | host_config})["Id"]

    def start(self, container: str):
        self.request("POST", f"/containers/{container}/start")

    def remove(self, container: str):
        self.request("DELETE", f"/containers/{container}?force=1&v=1")

    def life(self):
        container = self.create("/bin/true")
        self.start(container)
        assert self.request("POST", f"/containers/{container}/wait")["StatusCode"] == 0
        self.remove(container)

    def command(self, *arguments: str, output=subprocess.DEVNULL):
        subprocess.run(["/usr/bin/docker", *arguments], env=os.environ | {"DOCKER_HOST": f"unix://{self.socket}"}, check=True, stdout=output, stderr=subprocess.DEVNULL)


def _lives(bench: Bench, engines: dict):
    times = {name: [] for name in engines}
    for name, engine in engines.items():
        for _ in range(300 if name == "brig" else 3):     # until the code is compiled as it will stay
            engine.life()
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            times[name] += [timed(engine.life) for _ in range(CYCLES[name])]
    _line(bench, "a life on a bridge", times, 10)


def _execs(bench: Bench, engines: dict):
    times = {name: [] for name in engines}
    kept = {name: engine.create("/bin/sleep", "100000") for name, engine in engines.items()}

    def execute(engine):
        made = engine.request("POST", f"/containers/{kept[engine.name]}/exec", {"Cmd": ["/bin/true"], "AttachStdout": True})["Id"]
        engine.request("POST", f"/exec/{made}/start", {})
        assert engine.request("GET", f"/exec/{made}/json")["ExitCode"] == 0

    for name, engine in engines.items():
        engine.start(kept[name])
        for _ in range(40 if name == "brig" else 2):
            execute(engine)
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            times[name] += [timed(lambda: execute(engine)) for _ in range(CYCLES[name])]
    for name, engine in engines.items():
        engine.remove(kept[name])
    _line(bench, "exec", times, 7)


def _line(bench: Bench, what: str, times: dict, target: float):
    at = {name: median(values) for name, values in times.items()}
    bench.line(what, f"brig {at['brig']:.1f} ms  dockerd {at['dockerd']:.1f} ms", at["dockerd"] / at["brig"], target, at_least=True, of="times")


def _at_once(bench: Bench, engines: dict, many: int, cycles: dict):
    rate, failed = {}, []
    for name, engine in engines.items():
        def life(_):
            try:
                engine.life()
            except (RuntimeError, OSError, AssertionError) as error:
                failed.append(f"{name}: {error}")

        with concurrent.futures.ThreadPoolExecutor(many) as pool:
            took = timed(lambda: list(pool.map(life, range(cycles[name]))))
        rate[name] = cycles[name] / took * 1000
    ours = [one for one in failed if one.startswith("brig")]
    bench.line(f"{many} lives at once", f"brig {rate['brig']:.0f}/s  dockerd {rate['dockerd']:.1f}/s", rate["brig"] / rate["dockerd"], 10, at_least=True, of="times")
    bench.line(f"  errors of {cycles['brig']}", ours[0] if ours else "none", len(ours), 0, of="errors")


def _stats(bench: Bench, engines: dict):
    each = {}
    for name, engine in engines.items():
        kept = [engine.create("/bin/sleep", "100000") for _ in range(STATS)]
        for container in kept:
            engine.start(container)
        time.sleep(SETTLE)
        quiet = _share(engine, lambda: 0)[0]
        streams = [Stream(engine, container) for container in kept]
        first = _share(engine, lambda: sum(stream.seen for stream in streams), SETTLE)
        bench.note("  its first seconds", f"{name} {(first[0] - quiet) / first[1] * 1000:.3f} ms a sample")
        busy, samples = _share(engine, lambda: sum(stream.seen for stream in streams))
        each[name] = max(busy - quiet, 0.0001) / samples
        for stream in streams:
            stream.close()
        for container in kept:
            engine.remove(container)
    bench.line(f"stats of {STATS}", f"brig {each['brig'] * 1000:.3f} ms a sample  dockerd {each['dockerd'] * 1000:.3f} ms", each["brig"] / each["dockerd"], 0.06)


def _share(engine: Engine, counted, seconds=SECONDS) -> tuple[float, int]:
    """Seconds on the processor for each second, and what was counted in one."""
    used = lambda: sum(cpu_seconds(pid) for pid in engine.processes())
    before, many, start = used(), counted(), time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - start
    return (used() - before) / passed, (counted() - many) / passed


class Stream:
    """Counts the samples that it is sent."""

    def __init__(self, engine: Engine, container: str):
        self.seen = 0
        self._client = Client(engine.socket)
        self._answer = self._client.stream("GET", f"/v1.41/containers/{container}/stats")
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._client.close()

    def _read(self):
        try:
            while part := self._answer.read1(64 * 1024):
                self.seen += part.count(b'"read":')
        except (OSError, ValueError, AttributeError):
            pass


def _logs(bench: Bench, engines: dict):
    source = bench.folder / "lines"
    with open(source, "wb") as file:
        for start in range(0, LINES, 10_000):
            file.write(b"".join(b"%08d%s\n" % (i, b"." * 91) for i in range(start, start + 10_000)))
    times = {}
    for name, engine in engines.items():
        container = engine.create("/bin/cat", "/lines", Binds=[f"{source}:/lines:ro"])
        engine.start(container)
        engine.request("POST", f"/containers/{container}/wait")
        times[name] = [timed(lambda: engine.command("logs", container)) for _ in range(3 if name == "brig" else 2)]
        engine.remove(container)
    source.unlink()
    _line(bench, f"docker logs of {LINES // 10_000} MB", times, 10)


def _copies(bench: Bench, engines: dict):
    big = bench.folder / "big"
    with open(big, "wb") as file:
        for _ in range(COPIED >> 20):
            file.write(os.urandom(1 << 20))
    times = {"in": {}, "out": {}}
    kept = {name: engine.create("/bin/sleep", "100000") for name, engine in engines.items()}
    for _ in range(2):
        for name, engine in engines.items():
            times["in"].setdefault(name, []).append(timed(lambda: engine.command("cp", str(big), f"{kept[name]}:/big")))
            times["out"].setdefault(name, []).append(timed(lambda: engine.command("cp", f"{kept[name]}:/big", "-")))
    for name, engine in engines.items():
        engine.remove(kept[name])
    for way, took in times.items():
        _line(bench, f"docker cp of 1 GB, {way}", took, 1)
