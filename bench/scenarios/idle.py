"""Idle containers: what one shim costs, and whether the 300th starts as fast as the first."""

from lib.bench import Bench, median, pss_kib, timed

MANY = 300


def run(bench: Bench):
    brig = bench.brig()
    starts = []
    for count in range(1, MANY + 1):
        container = brig.create(["/bin/sleep", "100000"])
        starts.append(timed(lambda: brig.start(container)))
        if count in (50, MANY):
            shims = [pss_kib(pid) / 1024 for pid in brig.shims()]
            bench.line(f"shim PSS of {count}", f"mean {sum(shims) / len(shims):.2f} MB  largest {max(shims):.2f} MB  of {len(shims)}",
                       sum(shims) / len(shims), 1.0)
    running = sum(one["state"]["status"] == "running" for one in brig.api.request("GET", "/api/v1/containers"))
    bench.line("running at once", f"{running} of {MANY}", running / MANY, 1, at_least=True)
    first, last = median(starts[1:21]), median(starts[-20:])
    bench.line("start with 300 running", f"first twenty {first:.1f} ms  last twenty {last:.1f} ms", last / first, 1.25)
    rss = pss_kib(brig.pid) / 1024
    bench.note("brig itself", f"{rss:.0f} MB PSS with {MANY} containers")
