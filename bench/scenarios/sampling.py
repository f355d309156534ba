"""Sampling: what reading every container once a second costs Brig, while nobody looks."""

import time

from lib.bench import Bench, cpu_seconds

MANY = 200
SECONDS = 30


def run(bench: Bench):
    brig = bench.brig()
    idle = share(brig)
    for _ in range(MANY):
        brig.start(brig.create(["/bin/sleep", "100000"]))
    busy = share(brig)
    bench.note("brig without containers", f"{idle * 100:.2f} % of one core")
    bench.line(f"sampling {MANY} containers", f"{busy * 100:.2f} % of one core over {SECONDS} s", busy, 0.02)


def share(brig) -> float:
    """Part of one core that Brig uses, after it has come to rest."""
    time.sleep(5)
    before, start = cpu_seconds(brig.pid), time.monotonic()
    time.sleep(SECONDS)
    return (cpu_seconds(brig.pid) - before) / (time.monotonic() - start)
