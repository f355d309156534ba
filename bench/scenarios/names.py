"""Names on a network of five hundred containers: how long one of them waits for an answer."""

import json
import subprocess

from lib.bench import Bench

MANY, ASKED = 500, 2000

# Runs in a container's network namespace, with this machine's Python.
ASK = """
import json, random, socket, sys, time
names, count = sys.argv[2:], int(sys.argv[1])
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.connect(("127.0.0.11", 53))
one.settimeout(5)
took = []
for number in range(count):
    name = random.choice(names)
    question = number.to_bytes(2, "big") + b"\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + bytes([len(name)]) + name.encode() + b"\\0\\0\\1\\0\\1"
    start = time.perf_counter()
    one.send(question)
    answer = one.recv(512)
    took.append((time.perf_counter() - start) * 1000)
    assert answer[:2] == question[:2] and answer[3] & 15 == 0 and answer[6:8] == b"\\0\\1", answer
print(json.dumps(sorted(took)))
"""


def run(bench: Bench):
    brig = bench.brig()
    network = {"networks": [{"network": "default"}]}
    names = [f"c{number}" for number in range(MANY)]
    for name in names:
        asker = brig.create(["/bin/sleep", "100000"], name=name, **network)
        brig.start(asker)
    pid = brig.api.request("GET", f"/api/v1/containers/{asker}")["state"]["pid"]
    took = json.loads(subprocess.check_output(["nsenter", "--net", "--target", str(pid), "python3", "-c", ASK, str(ASKED), *names], text=True))
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    bench.line(f"a name among {MANY}", f"p50 {p50:.2f} ms  p99 {p99:.2f} ms", p50, 1, of="ms")
