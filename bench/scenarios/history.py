"""Metrics history: what a month of 200 containers takes and costs, how fast it is read, and what a killed engine leaves out."""

import shutil
import statistics
import subprocess
import time

from lib.bench import Bench, REPO, timed

MANY = 200
DAYS = 31
GIB = 1 << 30


def run(bench: Bench):
    month(bench)
    restart(bench)


def month(bench: Bench):
    """Filled by the real keeper, a second after the other, at the speed of its encoder; eight kinds of workload, copied to 200 containers."""
    now = int(time.time())
    folder = bench.folder / "brig"
    folder.mkdir()
    out = subprocess.check_output([REPO / "artifacts/bench/history/Brig.Bench.History", folder, str(MANY), str(DAYS), f"{now}000"], text=True)
    told = {line.split()[0]: line.split() for line in out.splitlines() if not line.startswith("read ")}
    size, cpu = int(told["bytes"][1]), float(told["cpu"][1])
    bench.line(f"a month of {MANY}", f"{size / 1e6:.0f} MB", size / GIB, 1, of="of 1 GiB")
    bench.line(f"keeping {MANY}", f"{cpu * 100:.3f} % of one core", cpu, 0.01)
    bench.note("the longest second", f"{told['cpu'][3]} ms (chunks of {MANY} made and committed)")
    brig = bench.brig()
    for what, asked in (
            ("one container, one metric", "source=bench-1&metric=cpuCores"),
            ("one container, ten metrics", "source=bench-1&" + "&".join(f"metric={name}" for name in (
                "cpuCores", "throttledRatio", "memory", "workingSet", "anon", "file", "rxBytes", "txBytes", "psiCpu", "pids"))),
            ("five containers", "&".join(f"source=bench-{one}" for one in range(5)) + "&metric=cpuCores&metric=workingSet"),
            ("a stack of 25", "source=stack:bench1&metric=cpuCores")):
        path = f"/api/v1/history?{asked}&from={(now - 30 * 86400) * 1000}&to={now * 1000}&points=1000"
        answer = brig.api.request("GET", path)
        assert all(sum(value is not None for value in series["avg"]) > 800 for series in answer["series"]), "the month is not there"
        took = statistics.median(timed(lambda: brig.api.request("GET", path)) for _ in range(9))
        bench.line(f"a month: {what}", f"{took:.0f} ms", took / 300, 1, of="of 300 ms")
    for _, name, _, took, _, cpu, _, allocated in (line.split() for line in out.splitlines() if line.startswith("read ")):
        bench.note(f"  in the engine: {name}", f"{took} ms, {cpu} ms on the processor, {int(allocated) / 1e6:.1f} MB allocated")
    brig.kill()
    shutil.rmtree(folder / "root")


def restart(bench: Bench):
    brig = bench.brig()
    ids = []
    for _ in range(MANY):
        ids.append(brig.create(["/bin/sleep", "100000"]))
        brig.start(ids[-1])
    time.sleep(10)
    killed = time.time()
    brig.kill()
    start = time.perf_counter()
    brig.again()
    ready = time.perf_counter() - start
    bench.line(f"ready with {MANY}", f"{ready:.2f} s", ready, 2, of="seconds")
    time.sleep(8)
    longest, lost = 0.0, 0.0
    for source in ["machine", *ids]:
        answer = brig.api.request("GET", f"/api/v1/history?source={source}&metric=cpuCores&from={int((killed - 8) * 1000)}&to={int((killed + ready + 6) * 1000)}&points=2000")
        there = [answer["from"] + i * answer["step"] for i, value in enumerate(answer["series"][0]["avg"]) if value is not None]
        longest = max(longest, max(after - before for before, after in zip(there, there[1:])) / 1000)
        lost = max(lost, killed - max(at for at in there if at < killed * 1000) / 1000)
    bench.note("lost by kill -9", f"{lost:.1f} s before it, at worst")
    bench.line("longest gap in history", f"{longest:.1f} s over a restart of {ready:.1f} s", longest, 2, of="seconds")
