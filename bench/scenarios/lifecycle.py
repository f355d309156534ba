"""create + start + wait + remove of `true` through each engine's own HTTP API, no network, the same root file system."""

from lib.bench import Bench, cpu_seconds, median, p10, timed

ROUNDS, CYCLES = 12, 15


def run(bench: Bench):
    brig, docker = bench.brig(), bench.dockerd()
    times, worked = {"brig": [], "dockerd": [], "bare": [], "v2 only": []}, {"brig": [], "bare": []}
    for engine in (brig, docker):
        for _ in range(400 if engine is brig else 3):     # until the code is compiled as it will stay
            _cycle(engine)
    for _ in range(ROUNDS):
        before = cpu_seconds(brig.pid, children=True)
        times["brig"] += [timed(lambda: _cycle(brig)) for _ in range(CYCLES)]
        worked["brig"].append((cpu_seconds(brig.pid, children=True) - before) / CYCLES * 1000)
        for name, options in (("bare", ("-w", "-c")), ("v2 only", ("-w",))):
            took = bench.bare(CYCLES, *options)
            times[name] += [milliseconds for milliseconds, _ in took]
            if name in worked:
                worked[name].append(sum(on_processor for _, on_processor in took) / CYCLES)
        times["dockerd"] += [timed(lambda: _cycle(docker)) for _ in range(4)]
    at = {name: median(values) for name, values in times.items()}
    bench.line("create+start+wait+remove", f"brig {at['brig']:.1f} ms  dockerd {at['dockerd']:.1f} ms", at["brig"] / at["dockerd"], 0.10)
    bench.line("create+start+wait+remove", f"brig {at['brig']:.1f} ms  bare kernel, same work {at['bare']:.1f} ms", at["brig"] / at["bare"], 3)
    best = {name: p10(values) for name, values in times.items()}
    bench.note("  the quickest tenth", f"brig {best['brig']:.1f} ms  bare kernel {best['bare']:.1f} ms  ratio {best['brig'] / best['bare']:.2f}")
    bench.note("  on the processor", f"brig {median(worked['brig']):.1f} ms  bare kernel {median(worked['bare']):.1f} ms")
    bench.note("  were this machine pure v2", f"bare kernel {at['v2 only']:.1f} ms")


def _cycle(engine):
    container = engine.create(["/bin/true"])
    engine.start(container)
    engine.wait(container)
    engine.remove(container)
