"""What a scenario is given: a folder, a Brig, a dockerd, and a way to report."""

import contextlib
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from lib.brig import Brig
from lib.dockerd import Dockerd

REPO = pathlib.Path(__file__).parent.parent.parent


class Bench:
    """One scenario's run. Everything made through it is gone afterwards."""

    def __init__(self, name: str):
        self.name = name
        self.missed = 0

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="brig-bench.", dir="/var/lib"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        return self

    def __exit__(self, *error):
        return self._stack.__exit__(*error)

    def finally_(self, action):
        """Done when the scenario has ended, however it did."""
        self._stack.callback(action)

    def brig(self) -> Brig:
        """The published Brig on a root of its own, ready."""
        return self._stack.enter_context(Brig(REPO / "artifacts/brig/brig", self.folder / "brig"))

    def dockerd(self, bridge: bool = False) -> Dockerd:
        """A private dockerd without networks, or with its default bridge in a network namespace of its own; ready, with the image `bench` made from the same root file system."""
        return self._stack.enter_context(Dockerd(self.folder / "dockerd", self.rootfs(), bridge))

    def rootfs(self) -> pathlib.Path:
        """A small root file system: static busybox and its links."""
        root = self.folder / "rootfs"
        if not root.exists():
            for sub in ("bin", "etc", "proc", "sys", "dev", "tmp", "root"):
                (root / sub).mkdir(parents=True)
            shutil.copy(shutil.which("busybox"), root / "bin/busybox")
            for link in subprocess.check_output(["busybox", "--list"], text=True).split():
                if link != "busybox":
                    (root / "bin" / link).symlink_to("busybox")
            (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
            (root / "etc/group").write_text("root:x:0:\n")
        return root

    def bare(self, count: int, *options: str) -> list[tuple[float, float]]:
        """Milliseconds of `count` containers made by bench/bare/bare.c, and those of them on the processor."""
        work = self.folder / "bare"
        work.mkdir(exist_ok=True)
        out = subprocess.check_output([REPO / "artifacts/bench/bare", *options, self.rootfs(), work, str(count)], text=True)
        return [(float(took) / 1000, float(worked) / 1000) for took, worked in (line.split() for line in out.splitlines())]

    def line(self, what: str, values: str, ratio: float, target: float, at_least: bool = False, of: str = "ratio"):
        """One result, for example: create+start+wait+remove  brig 11.2 ms  dockerd 281.0 ms  ratio 0.040 (target ≤ 0.10) ok"""
        ok = ratio >= target if at_least else ratio <= target
        self.missed += not ok
        sign = "≥" if at_least else "≤"
        print(f"{what:<26} {values}  {of} {ratio:.3f} (target {sign} {target:g}) {'ok' if ok else 'MISSED'}", flush=True)

    def note(self, what: str, values: str):
        """A number without a target."""
        print(f"{what:<26} {values}", flush=True)


def timed(action) -> float:
    """Milliseconds that the action took."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def median(values) -> float:
    return statistics.median(values)


def p99(values) -> float:
    return sorted(values)[max(0, int(len(values) * 0.99) - 1)]


def p10(values) -> float:
    """The tenth that others on the machine disturbed least."""
    return sorted(values)[len(values) // 10]


def cpu_seconds(pid: int, children: bool = False) -> float:
    """User and system time of a process so far, from /proc/PID/stat; with that of those of its children that it has waited for, and theirs."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15 if children else 13]) / 100


def pss_kib(pid: int) -> int:
    """Its proportional share of memory, from /proc/PID/smaps_rollup."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"no Pss of {pid}")
