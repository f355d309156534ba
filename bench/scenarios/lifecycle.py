"""create + start + wait + remove of `true` through each engine's own HTTP API, no network, the same root file system."""

from lib.bench import Bench, median, timed


def run(bench: Bench):
    brig, docker = bench.brig(), bench.dockerd()
    times = {"brig": [], "dockerd": [], "bare": [], "bare, v1 cgroups too": []}
    for engine in (brig, docker):
        for _ in range(30 if engine is brig else 3):     # until the code is compiled as it will stay
            _cycle(engine)
    for _ in range(8):
        times["brig"] += [timed(lambda: _cycle(brig)) for _ in range(15)]
        times["bare"] += bench.bare(15)
        times["bare, v1 cgroups too"] += bench.bare(15, "-c")
        times["dockerd"] += [timed(lambda: _cycle(docker)) for _ in range(4)]
    at = {name: median(values) for name, values in times.items()}
    bench.line("create+start+wait+remove", f"brig {at['brig']:.1f} ms  dockerd {at['dockerd']:.1f} ms", at["brig"] / at["dockerd"], 0.10)
    bench.line("create+start+wait+remove", f"brig {at['brig']:.1f} ms  bare kernel {at['bare']:.1f} ms", at["brig"] / at["bare"], 3)
    bench.note("bare kernel", f"{at['bare, v1 cgroups too']:.1f} ms with a cgroup in every version 1 hierarchy too")


def _cycle(engine):
    container = engine.create(["/bin/true"])
    engine.start(container)
    engine.wait(container)
    engine.remove(container)
