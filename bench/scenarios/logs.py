"""A container that writes 100-byte lines as fast as it can: MB/s into the log and out of it again, and a follower that compares every byte."""

import hashlib
import threading
import time

from lib.bench import Bench, cpu_seconds, median

LINES, ROUNDS = 2_000_000, 3
SIZE = LINES * 100


def run(bench: Bench):
    source = bench.folder / "lines"
    whole = hashlib.sha256()
    with open(source, "wb") as file:
        for start in range(0, LINES, 10_000):
            part = b"".join(b"%08d%s\n" % (i, b"." * 91) for i in range(start, start + 10_000))
            file.write(part)
            whole.update(part)
    engines = {
        "brig": (bench.brig(), dict(mounts=[{"kind": "bind", "source": str(source), "target": "/lines", "readOnly": True}]), "/api/v1/containers/{}/logs"),
        "dockerd": (bench.dockerd(), dict(Binds=[f"{source}:/lines:ro"]), "/containers/{}/logs?stdout=1&stderr=1"),
    }
    wrote, read = {name: [] for name in engines}, {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, (engine, mount, logs) in engines.items():
            container = engine.create(["/bin/cat", "/lines"], **mount)
            start = time.perf_counter()
            engine.start(container)
            engine.wait(container)
            wrote[name].append(SIZE / 1e6 / (time.perf_counter() - start))
            read[name].append(read_back(engine, logs.format(container)))
            engine.remove(container)
    at = {name: median(values) for name, values in wrote.items()}
    bench.line("logs written", f"brig {at['brig']:.0f} MB/s  dockerd {at['dockerd']:.0f} MB/s", at["brig"] / at["dockerd"], 5, at_least=True)
    at = {name: median(values) for name, values in read.items()}
    bench.line("logs read back", f"brig {at['brig']:.0f} MB/s  dockerd {at['dockerd']:.0f} MB/s", at["brig"] / at["dockerd"], 10, at_least=True)
    used = {name: min(processor(*engines[name]) for _ in range(ROUNDS)) for name in engines}
    bench.line("processor for a MB written", f"brig {used['brig'] * 1000:.2f} ms  dockerd {used['dockerd'] * 1000:.2f} ms", used["brig"] / used["dockerd"], 1)
    follow(bench, *engines["brig"], whole.hexdigest())


def processor(engine, mount, logs) -> float:
    """Seconds of whoever takes the lines from the container's pipe to its log, for each MB; the container itself is not counted."""
    pids = lambda: {engine.pid, *(engine.shims() if hasattr(engine, "shims") else ())}
    container = engine.create(["/bin/sh", "-c", "sleep 0.5; cat /lines; exec sleep 1000"], **mount)
    engine.start(container)
    before = {pid: cpu_seconds(pid) for pid in pids()}
    last = b"%08d." % (LINES - 1)
    while True:
        time.sleep(0.5)  # asking costs too
        client = engine.client()
        tail = b"".join(parts(client.stream("GET", logs.format(container) + ("&" if "?" in logs else "?") + "tail=1")))
        client.close()
        if last in tail:
            break
    used = sum(cpu_seconds(pid) - before[pid] for pid in before)
    engine.remove(container)
    return used / (SIZE / 1e6)


def read_back(engine, path: str) -> float:
    client = engine.client()
    start = time.perf_counter()
    size = sum(len(part) for part in parts(client.stream("GET", path)))
    took = time.perf_counter() - start
    client.close()
    return size / 1e6 / took


def follow(bench: Bench, brig, mount, logs, expected: str):
    """The kept files are far smaller than what is written, so a follower that waits for them to be closed would lose lines."""
    container = brig.create(["/bin/sh", "-c", "sleep 0.5; exec cat /lines"], **mount)
    brig.start(container)
    got, size = hashlib.sha256(), 0

    def read():
        nonlocal size
        client = brig.client()
        for part in parts(client.stream("GET", logs.format(container) + "?follow=true")):
            got.update(part)
            size += len(part)
        client.close()

    reader = threading.Thread(target=read)
    start = time.perf_counter()
    reader.start()
    brig.wait(container)
    reader.join(60)
    same = got.hexdigest() == expected
    bench.line("lines a follower has", f"{size // 100} of {LINES}, {'byte for byte' if same else 'NOT THE SAME'}, in {time.perf_counter() - start:.1f} s",
               size / SIZE if same else 0, 1, at_least=True)
    brig.remove(container)


def parts(answer):
    while part := answer.read1(1 << 20):
        yield part
