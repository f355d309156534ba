"""One viewer and twenty of the same page: the server's CPU, and how long a sample takes from the read to the viewer."""

import json
import subprocess
import time

from lib.bench import REPO, Bench, cpu_seconds, median
from lib.brig import TOKEN

CONTAINERS, MANY, SECONDS, ROUNDS = 20, 20, 15, 3


def run(bench: Bench):
    brig = bench.brig()
    for _ in range(CONTAINERS - 1):
        brig.start(brig.create(["/bin/sleep", "100000"]))
    talker = brig.create(["/bin/sh", "-c", "while :; do echo a line of some length, as programs write them; sleep 0.2; done"])
    brig.start(talker)
    used, late = {0: [], 1: [], MANY: []}, []
    watch(brig, MANY, talker)  # until the code is compiled for good
    for _ in range(ROUNDS):
        for viewers in used:
            seconds, seen = watch(brig, viewers, talker)
            used[viewers].append(seconds / SECONDS * 100)
            if seen:
                late.append(seen["p99"])
                assert seen["frames"] >= viewers * (SECONDS - 2) and seen["lines"] > 0, seen
    none, one, many = (median(used[viewers]) for viewers in used)
    bench.line("CPU, 20 viewers to 1", f"none {none:.2f} %  1 viewer {one:.2f} %  {MANY} viewers {many:.2f} % of a core", many / one, 3)
    bench.line("sample to viewer, p99", f"{max(late)} ms of 300 ms", max(late) / 300, 1)


def watch(brig, viewers: int, talker: str) -> tuple[float, dict | None]:
    """CPU seconds of the server while so many watch, and what they saw."""
    if viewers == 0:
        before = cpu_seconds(brig.pid)
        time.sleep(SECONDS)
        return cpu_seconds(brig.pid) - before, None
    node = subprocess.Popen(["node", REPO / "bench/viewers/viewers.mjs", f"http://{brig.address}", TOKEN, str(viewers), str(SECONDS), talker],
                            stdout=subprocess.PIPE, text=True)
    try:
        if node.stdout.readline() != "Ready\n":
            raise RuntimeError("the viewers could not connect")
        before = cpu_seconds(brig.pid)
        seen = json.loads(node.stdout.readline())
        return cpu_seconds(brig.pid) - before, seen
    finally:
        node.terminate()
        node.wait()
