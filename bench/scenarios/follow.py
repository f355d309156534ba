"""10,000 lines a second of four containers, followed merged in Chromium: the longest freeze, the heap over time, how old the newest line on the page is.

BENCH_FOLLOW_SECONDS: how long it is looked at; ten minutes unless told otherwise."""

import json
import os
import subprocess
import time

from lib.bench import REPO, Bench, cpu_seconds

WRITERS, LINES, PAUSE = 4, 250, 0.096     # each so many lines, ten times a second
SECONDS = int(os.environ.get("BENCH_FOLLOW_SECONDS", "600"))
LEVELS = ["INFO ", "INFO ", "INFO ", "DEBUG", "WARN ", "INFO ", "INFO ", "ERROR"]


def run(bench: Bench):
    brig = bench.brig()
    lines = bench.folder / "lines"
    lines.write_text("".join(f"{LEVELS[i % len(LEVELS)]} request {i:06d} of somebody took {i % 97} ms and ended well, as most of them do every day\n" for i in range(LINES)))
    writers = [brig.create(["/bin/sh", "-c", f"while :; do cat /lines; sleep {PAUSE}; done"], mounts=[{"kind": "bind", "source": str(lines), "target": "/lines", "readOnly": True}])
               for _ in range(WRITERS)]
    for writer in writers:
        brig.start(writer)
    begun, before, sent = time.monotonic(), cpu_seconds(brig.pid), told(brig, "brig_hub_log_lines_sent_total")
    seen = watch(brig, SECONDS)
    took = time.monotonic() - begun
    used = (cpu_seconds(brig.pid) - before) / took * 100
    rate, skipped = (told(brig, "brig_hub_log_lines_sent_total") - sent) / took, told(brig, "brig_hub_log_lines_skipped_total")
    bench.line(f"followed for {SECONDS} s, longest freeze", f"{seen['longest']:.0f} ms of 200 ms at {rate:,.0f} lines/s, {skipped:.0f} skipped; newest line at most {seen['oldest']} ms old; server {used:.0f} % of a core",
               seen["longest"] / 200, 1)
    bench.line("heap after to before", f"{seen['before'] / 1e6:.0f} MB  {seen['after'] / 1e6:.0f} MB, most {seen['most'] / 1e6:.0f} MB", seen["after"] / seen["before"], 1.2)


def told(brig, name: str) -> float:
    """Of Brig's own numbers."""
    text = subprocess.run(["curl", "-sf", *brig.curl(), f"http://{brig.address}/metrics"], capture_output=True, text=True, check=True).stdout
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.split(" ")[0] == name)


def watch(brig, seconds: int) -> dict:
    link = subprocess.run([brig._executable, "login-link"], env=os.environ | {"BRIG_RUN": str(brig.run), "BRIG_ROOT": str(brig.folder / "root"), "BRIG_URLS": f"http://{brig.address}"},
                          capture_output=True, text=True, check=True).stdout.strip().split()[-1]
    node = subprocess.run(["node", REPO / "bench/viewers/follow.mjs", link, str(seconds)], capture_output=True, text=True)
    if node.returncode:
        raise RuntimeError(node.stderr)
    return json.loads(node.stdout.strip().splitlines()[-1])
