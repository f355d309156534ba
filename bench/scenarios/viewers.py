"""One viewer, twenty and fifty of the same busy page: the server's CPU and memory, how long a sample takes from the read to the viewer, and what others see of one that has stopped reading."""

import contextlib
import json
import subprocess
import time

from lib.bench import REPO, Bench, cpu_seconds, median, pss_kib
from lib.brig import TOKEN

CONTAINERS, SECONDS, ROUNDS = 100, 12, 2
LINES = "i=0; while :; do i=$((i+1)); echo line $i of some length, as programs write them; [ $((i % 100)) = 0 ] && sleep 0.05; done"


def run(bench: Bench):
    brig = bench.brig()
    for _ in range(CONTAINERS - 1):
        brig.start(brig.create(["/bin/sh", "-c", "while :; do sleep 0.3; done"]))
    talker = brig.create(["/bin/sh", "-c", LINES])
    brig.start(talker)
    used, late = {0: [], 1: [], 20: [], 50: []}, []
    watch(brig, 50, talker)  # until the code is compiled for good
    for _ in range(ROUNDS):
        for viewers in used:
            seconds, seen = watch(brig, viewers, talker)
            used[viewers].append(seconds / SECONDS * 100)
            if seen:
                late.append(seen["p99"])
                assert seen["frames"] + seen["missed"] >= viewers * (SECONDS - 2) and seen["lines"] > 0, seen
    none, one, some, many = (median(used[viewers]) for viewers in used)
    bench.line("CPU, 20 viewers to 1", f"none {none:.2f} %  1 viewer {one:.2f} %  20 viewers {some:.2f} % of a core", some / one, 3)
    bench.line("CPU, 50 viewers to 1", f"50 viewers {many:.2f} % of a core, of 5,000 samples a second and a log of some thousand lines", many / one, 2)
    bench.line("sample to viewer, p99", f"{max(late)} ms of 300 ms", max(late) / 300, 1)
    _memory(bench, brig, talker)
    _stalled(bench, brig, talker)


def _memory(bench: Bench, brig, talker: str):
    grown = []
    for _ in range(ROUNDS):
        with viewers(brig, 1, 3, talker):
            alone = pss_kib(brig.pid)
        with viewers(brig, 50, 6, talker):
            time.sleep(5)
            grown.append((pss_kib(brig.pid) - alone) / 1024 / 49)
    bench.line("memory of a viewer", f"{median(grown):.2f} MB", median(grown), 1)


def _stalled(bench: Bench, brig, talker: str):
    """Ten read as always, while five have stopped reading."""
    before = pss_kib(brig.pid)
    alone = [watch(brig, 10, talker)[1] for _ in range(ROUNDS)]
    beside = [watch(brig, 10, talker, stalled=5)[1] for _ in range(ROUNDS)]
    late = {name: median([seen["p99"] for seen in runs]) for name, runs in (("alone", alone), ("beside", beside))}
    frames = {name: median([seen["frames"] for seen in runs]) for name, runs in (("alone", alone), ("beside", beside))}
    bench.line("beside 5 stalled viewers", f"frames of ten others {frames['beside']:.0f}, without {frames['alone']:.0f}; p99 {late['beside']:.0f} ms, without {late['alone']:.0f} ms",
               frames["beside"] / frames["alone"], 0.97, at_least=True)
    bench.note("  memory after them", f"{(pss_kib(brig.pid) - before) / 1024:+.0f} MB")


@contextlib.contextmanager
def viewers(brig, count: int, seconds: int, talker: str, stalled: int = 0):
    """So many watch for so long, and have begun to."""
    node = subprocess.Popen(["node", REPO / "bench/viewers/viewers.mjs", f"http://{brig.address}", TOKEN, str(count), str(seconds), talker, str(stalled)], stdout=subprocess.PIPE, text=True)
    try:
        if node.stdout.readline() != "Ready\n":
            raise RuntimeError("the viewers could not connect")
        yield node
    finally:
        node.terminate()
        node.wait()


def watch(brig, count: int, talker: str, stalled: int = 0) -> tuple[float, dict | None]:
    """CPU seconds of the server while so many watch, and what they saw."""
    if count == 0:
        before = cpu_seconds(brig.pid)
        time.sleep(SECONDS)
        return cpu_seconds(brig.pid) - before, None
    with viewers(brig, count, SECONDS, talker, stalled) as node:
        before = cpu_seconds(brig.pid)
        seen = json.loads(node.stdout.readline())
        return cpu_seconds(brig.pid) - before, seen
