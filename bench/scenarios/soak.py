"""Many containers that write, viewers that come and go, containers and the engine killed at random: no line is lost or doubled, and memory, descriptors and threads stay.

BENCH_SOAK_MINUTES (60), BENCH_SOAK_CONTAINERS (100), BENCH_SOAK_VIEWERS (20). The engine is killed during the first half; in the second it must stay as it is, but for what its memory of ten minutes
(600 samples of every container) still takes in a run so short that it is not full when the second half begins."""

import json
import os
import pathlib
import random
import subprocess
import time

from lib.bench import REPO, Bench, cpu_seconds, pss_kib
from lib.brig import TOKEN

MINUTES, CONTAINERS, VIEWERS = (float(os.environ.get(f"BENCH_SOAK_{name}", default)) for name, default in (("MINUTES", "60"), ("CONTAINERS", "100"), ("VIEWERS", "20")))
ENGINE_EVERY, CONTAINER_EVERY = 45, 3          # seconds, on average
RING = 600

# What is in the file was written before; so it has to be in the log, however the writer ended.
WRITE = ('r=$(cat /proc/sys/kernel/random/uuid); i=0; while :; do n=0; while [ $n -lt 20 ]; do n=$((n+1)); i=$((i+1)); echo "$r $i a line as programs write them"; done; '
         'echo $i > /told/$r.new; mv /told/$r.new /told/$r; sleep 0.5; done')


def run(bench: Bench):
    os.environ["BRIG_LOG_MAX_SIZE"], os.environ["BRIG_LOG_MAX_FILES"] = str(2 << 20), "20"      # so that files are ended under the readers
    brig = bench.brig()
    address = bench.folder / "address"
    address.write_text(brig.address)
    writers = {}
    for number in range(int(CONTAINERS)):
        folder = bench.folder / f"told{number}"
        folder.mkdir()
        folder.chmod(0o777)
        container = brig.create(["/bin/sh", "-c", WRITE], restart={"mode": "always"}, mounts=[{"kind": "bind", "source": str(folder), "target": "/told"}])
        brig.start(container)
        writers[container] = folder
    node = subprocess.Popen(["node", REPO / "bench/viewers/soak.mjs", address, TOKEN, str(int(VIEWERS)), ",".join(writers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    bench.finally_(node.kill)
    begun, half = time.monotonic(), MINUTES * 60 / 2
    shims = sum(map(pss_kib, brig.shims())) / 1024
    kills, restarts = {"container": 0, "engine": 0}, []
    looks = []
    next_engine, next_container = begun + ENGINE_EVERY / 2, begun + CONTAINER_EVERY
    while (now := time.monotonic()) < begun + 2 * half:
        if now >= next_engine and now < begun + half:
            brig.kill()
            brig.again()
            address.write_text(brig.address)
            restarts.append(time.monotonic() - now)
            kills["engine"] += 1
            next_engine = time.monotonic() + ENGINE_EVERY * random.uniform(0.5, 1.5)
        if now >= next_container:
            kills["container"] += _kill_one(brig, list(writers))
            next_container = now + CONTAINER_EVERY * random.uniform(0.3, 1.7)
        if now >= begun + half:
            looks.append((now - begun - half, *_state(brig.pid)))
        time.sleep(min(1, max(0, begun + 2 * half - time.monotonic())))
    after = sum(map(pss_kib, brig.shims())) / 1024
    used = f"engine {cpu_seconds(brig.pid):.0f} s on the processor since its last start"
    node.stdin.close()
    seen = json.loads(node.stdout.readline())
    lines, lost, doubled = _check(brig, writers)
    bench.line("lines of the logs", f"{lines:,} of {len(writers)} containers, {kills['container']} kills of theirs and {kills['engine']} of the engine; {lost} lost, {doubled} doubled", lost + doubled, 0, of="wrong")
    bench.line("lines of the viewers", f"{seen['lines']:,} in {seen['connections']} connections; {seen['lost']} lost, {seen['doubled']} doubled, {seen['skipped']} skipped", seen["lost"] - seen["skipped"] + seen["doubled"], 0, of="wrong")
    for oddity in seen["oddities"]:
        bench.note("  ", oddity)
    bench.note("ready after a kill", f"{sorted(restarts)[len(restarts) // 2]:.1f} s, at most {max(restarts):.1f} s" if restarts else "never killed")
    bench.note("samples of the viewers", f"{seen['frames']:,}, {seen['dropped']} left out because a viewer was slow; {used}")
    bench.note("  minute by minute", " ".join(f"{_part([look for look in looks if minute <= look[0] / 60 < minute + 1], 0, 4)[3]:.0f}" for minute in range(int(looks[-1][0] / 60))) + " MB")
    first, last = _part(looks, 0, 1), _part(looks, 3, 4)
    if is_full := half > 1.2 * RING:
        looks = [look for look in looks if look[0] > RING]
        first, last = _part(looks, 0, 1), _part(looks, 3, 4)
    for what, place, slack in (("descriptors", 1, 16), ("threads", 2, 8)):
        bench.line(f"  {what}", f"{first[place]:.0f}, at the end {last[place]:.0f}", max(0, last[place] - slack) / first[place], 1.02)
    if is_full:
        bench.line("  memory", f"{first[3]:.0f} MB, at the end {last[3]:.0f} MB", max(0, last[3] - 8) / first[3], 1.1)
    else:
        bench.note("  memory", f"{first[3]:.0f} MB, at the end {last[3]:.0f} MB; it fills for ten minutes")
    bench.line("  memory of the shims", f"{shims:.0f} MB, at the end {after:.0f} MB", after / shims, 1.2)


def _kill_one(brig, writers) -> int:
    """PID 1 from outside, or by the API; it may be between two lives, or the engine busy."""
    container = random.choice(writers)
    try:
        if random.random() < 0.5:
            brig.api.request("POST", f"/api/v1/containers/{container}/restart?grace=0.1")
        elif pid := brig.api.request("GET", f"/api/v1/containers/{container}")["state"]["pid"]:
            os.kill(pid, 9)
        return 1
    except (RuntimeError, ProcessLookupError):
        return 0


def _state(pid: int) -> tuple[int, int, float]:
    """Descriptors, threads, MB."""
    return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")), pss_kib(pid) / 1024


def _part(looks, part: int, end: int):
    """The least of each in a quarter: what stays when the collector has been there."""
    some = looks[len(looks) * part // 4:len(looks) * end // 4] or looks[-1:]
    return [min(look[i] for look in some) for i in range(4)]


def _check(brig, writers) -> tuple[int, int, int]:
    """Reads every log whole: each run's lines are 1, 2, 3 … and reach what its writer had noted."""
    lines = lost = doubled = 0
    for container, folder in writers.items():
        brig.api.request("POST", f"/api/v1/containers/{container}/stop?grace=0.1")
        text = subprocess.run(["curl", "-sf", *brig.curl(), f"http://{brig.address}/api/v1/containers/{container}/logs"], capture_output=True, check=True).stdout.decode()
        last = {}
        for line in text.splitlines():
            lines += 1
            run, count = line.split(" ", 2)[:2]
            before, now = last.get(run, 0), int(count)
            lost += max(0, now - before - 1)
            doubled += now <= before
            last[run] = now
        for note in pathlib.Path(folder).iterdir():
            if not note.name.endswith(".new"):
                lost += max(0, int(note.read_text() or 0) - last.get(note.name, 0))
    return lines, lost, doubled
