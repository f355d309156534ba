"""A gigabyte in the logs of 20 containers: full text, expressions, a JSON field; by HTTP, all of it looked at. And what a person does with Docker: every log through grep."""

import os
import random
import subprocess
import time
import urllib.parse

from lib.bench import Bench, median

CONTAINERS, SIZE, ROUNDS = 20, 36_000_000, 5  # with 40 bytes before each line a gigabyte in all
QUERIES = [
    ("a text that is nowhere", {"text": "zebra crossing"}, 1.0),
    ("a rare text", {"text": "needleinhaystack"}, 1.0),
    ("a frequent text, newest", {"text": "customer"}, 1.0),
    ("an expression, literal", {"regex": r"Needle[A-Z]n\w+"}, 4.0),
    ("an expression, none", {"regex": r"\b[45]\d\d\b \d{9,}"}, 4.0),
    ("a JSON field", {"field": "status=507"}, 4.0),
]


def run(bench: Bench):
    random.seed(1)
    files = [write(bench.folder / f"lines{i}") for i in range(CONTAINERS)]
    brig = bench.brig()
    containers = fill(brig, files, lambda file: dict(mounts=[{"kind": "bind", "source": str(file), "target": "/lines", "readOnly": True}]))
    logs = [path for path in (brig.folder / "root/containers").glob("*/log/*.log")]
    size = sum(path.stat().st_size for path in logs)
    for what, query, target in QUERIES:
        took, lines = [], 0
        for _ in range(ROUNDS):
            start = time.perf_counter()
            lines = found(brig, query)
            took.append(time.perf_counter() - start)
        bench.line(what, f"{size / 1e9:.2f} GB  {lines} lines told", median(took), target, of="seconds")
    for path in logs:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    start = time.perf_counter()
    found(brig, QUERIES[0][1])
    bench.note("the same from the disk", f"{time.perf_counter() - start:.2f} s")
    for container in containers:
        brig.remove(container)
    start = time.perf_counter()
    lines = found(brig, QUERIES[1][1])
    bench.note("all 20 removed", f"{lines} lines found in {time.perf_counter() - start:.2f} s")
    grep(bench, files)


def found(brig, query: dict) -> int:
    client = brig.client()
    lines = sum(1 for _ in client.stream("GET", "/api/v1/logs?limit=1000&" + urllib.parse.urlencode(query)))
    client.close()
    return lines


def grep(bench: Bench, files):
    dockerd = bench.dockerd()
    containers = fill(dockerd, files, lambda file: dict(Binds=[f"{file}:/lines:ro"]))
    start = time.perf_counter()
    for container in containers:
        client = dockerd.client()
        answer = client.stream("GET", f"/containers/{container}/logs?stdout=1&stderr=1")
        with subprocess.Popen(["grep", "-aic", "needleinhaystack"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as counter:
            while part := answer.read1(1 << 20):
                counter.stdin.write(part)
            counter.stdin.close()
        client.close()
    bench.note("dockerd's logs and grep", f"{time.perf_counter() - start:.2f} s")
    for container in containers:
        dockerd.remove(container)


def fill(engine, files, mount) -> list[str]:
    containers = [engine.create(["/bin/cat", "/lines"], **mount(file)) for file in files]
    for container in containers:
        engine.start(container)
    for container in containers:
        engine.wait(container)
    return containers


def write(path):
    """Three kinds of lines, as services write them."""
    verbs = ["GET", "POST", "PUT"]
    with open(path, "w") as file:
        block = []
        size = 0
        while size < SIZE:
            kind = random.randrange(3)
            if kind == 0:
                line = (f'{{"level":"{"error" if random.random() < .02 else "info"}","msg":"request done","method":"{random.choice(verbs)}",'
                        f'"path":"/api/v1/items/{random.randrange(100_000)}","status":{507 if random.random() < .0005 else 200},"duration":{random.randrange(1000)}}}')
            elif kind == 1:
                line = f"{'ERROR' if random.random() < .02 else 'INFO'} [worker-{random.randrange(16)}] com.shop.CartService - item {random.randrange(1 << 30)} put into the cart of customer {random.randrange(10_000)}"
            else:
                line = f'level=info caller=main.go:{random.randrange(999)} msg="handled {random.choice(verbs)} /health" took={random.randrange(9999)}us{" NeedleInHaystack" if random.random() < 1e-5 else ""}'
            block.append(line)
            size += len(line) + 1
            if len(block) == 10_000:
                file.write("\n".join(block) + "\n")
                block.clear()
        file.write("\n".join(block) + "\n")
    return path
