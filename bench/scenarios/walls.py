"""What the walls cost: system calls, arithmetic and file writes in a container beside outside and Docker's default container, and how much later one starts."""

import os
import select
import shutil
import subprocess

from lib.bench import REPO, Bench, median, timed

ROUNDS, STARTS = 15, 60
DOWN = {
    "namespaces": {"user": "host"}, "seccomp": {"mode": "unconfined"}, "systemPaths": "unconfined", "noNewPrivileges": False, "capAdd": ["ALL"],
}
WORK = "gpcw"


def run(bench: Bench):
    brig, docker = bench.brig(), bench.dockerd()
    shared = bench.folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    bench.folder.chmod(0o711)
    shutil.copy(REPO / "artifacts/bench/work", shared / "work")
    mounts = [{"kind": "bind", "source": str(shared), "target": "/shared"}]
    started, places = [], {}
    try:
        def outside(name, *options):
            started.append(subprocess.Popen([shared / "work", shared / f"{name}.in", shared / f"{name}.out", bench.folder, *options]))

        for name, begin in {
            "outside": lambda _: outside("outside"),
            "least filter": lambda _: outside("least filter", "filter"),
            "brig": lambda command: brig.start(brig.create(command, mounts=mounts)),
            "no filter": lambda command: brig.start(brig.create(command, mounts=mounts, seccomp={"mode": "unconfined"})),
            "docker": lambda command: docker.start(docker.create(command, Binds=[f"{shared}:/shared"])),
        }.items():
            places[name] = Place(shared, name)
            begin(["/shared/work", f"/shared/{name}.in", f"/shared/{name}.out", "/tmp"])
        took = {(name, what): [] for name in places for what in WORK}
        for turn in range(ROUNDS + 1):
            for what in WORK:
                for name, place in places.items():
                    nanoseconds = place.ask(what)
                    if turn > 0:
                        took[name, what].append(nanoseconds / 1e6)
        report(bench, {key: median(values) for key, values in took.items()})
    finally:
        for process in started:
            process.kill()
            process.wait()
    starts(bench, brig)


def report(bench: Bench, at: dict):
    def line(what, kind, name, other, target):
        ratio = at[other, kind] / at[name, kind]
        bench.line(what, f"{name} {at[name, kind]:.2f} ms  {other} {at[other, kind]:.2f} ms", ratio, target, at_least=True)

    # Not 1.1: behind any filter the kernel answers it without running that filter (docs/performance.md).
    line("200,000 getppid", "g", "brig", "docker", 0.97)
    line("200,000 getppid", "g", "brig", "least filter", 0.97)
    line("200,000 getppid", "g", "no filter", "outside", 0.97)
    line("200,000 personality", "p", "brig", "docker", 1.1)
    bench.note("of outside, getppid", f"brig {at['outside', 'g'] / at['brig', 'g']:.3f}  docker {at['outside', 'g'] / at['docker', 'g']:.3f}  least filter {at['outside', 'g'] / at['least filter', 'g']:.3f}")
    line("arithmetic", "c", "brig", "outside", 0.99)
    line("file write", "w", "brig", "outside", 0.95)
    bench.note("file write", f"Docker's {at['outside', 'w'] / at['docker', 'w']:.3f} of outside")


def starts(bench: Bench, brig):
    took = {"up": [], "down": []}
    for turn in range(STARTS + 20):
        for name, spec in (("up", {}), ("down", DOWN)):
            container = brig.create(["/bin/true"], **spec)
            milliseconds = timed(lambda: brig.start(container))
            brig.wait(container)
            brig.remove(container)
            if turn >= 20:
                took[name].append(milliseconds)
    up, down = median(took["up"]), median(took["down"])
    bench.line("start, walls up", f"{up:.2f} ms  all down {down:.2f} ms  {up - down:+.2f} of 2 ms", (up - down) / 2, 1)


class Place:
    """One process that works on demand, wherever it is."""

    def __init__(self, folder, name: str):
        self._name = name
        self._ends = []
        for part in ("in", "out"):
            path = folder / f"{name}.{part}"
            os.mkfifo(path)
            path.chmod(0o666)
            self._ends.append(os.open(path, os.O_RDWR))

    def ask(self, what: str) -> int:
        os.write(self._ends[0], what.encode())
        if not select.select([self._ends[1]], [], [], 60)[0]:
            raise RuntimeError(f"{self._name} does not answer")
        return int(os.read(self._ends[1], 64))
