"""exec of `true` in a running container, answered when it has ended."""

from lib.bench import Bench, median, timed


def run(bench: Bench):
    engines = {"brig": bench.brig(), "dockerd": bench.dockerd()}
    containers, times = {}, {name: [] for name in engines}
    for name, engine in engines.items():
        containers[name] = engine.create(["/bin/sleep", "100000"])
        engine.start(containers[name])
        engine.exec(containers[name], ["/bin/true"])
    for _ in range(8):
        for name, engine in engines.items():
            times[name] += [timed(lambda: engine.exec(containers[name], ["/bin/true"])) for _ in range(10)]
    at = {name: median(values) for name, values in times.items()}
    bench.line("exec", f"brig {at['brig']:.1f} ms  dockerd {at['dockerd']:.1f} ms", at["brig"] / at["dockerd"], 0.15)
