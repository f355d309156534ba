"""Runs scenarios and prints their lines. See scripts/bench."""

import importlib
import pathlib
import signal
import sys
import traceback

from lib.bench import Bench

HERE = pathlib.Path(__file__).parent
ORDER = ["lifecycle", "exec", "walls", "idle", "sampling", "viewers", "logs", "follow", "history", "search", "images", "network", "names", "stacks", "docker", "soak"]


def main() -> int:
    known = sorted((path.stem for path in (HERE / "scenarios").glob("[a-z]*.py")), key=lambda n: (ORDER.index(n) if n in ORDER else 99, n))
    wanted = sys.argv[1:] or [name for name in known if name != "soak"]    # an hour: only who asks for it
    if unknown := set(wanted) - set(known):
        print(f"no such scenario: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 64
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    missed = 0
    for name in wanted:
        with Bench(name) as bench:
            try:
                importlib.import_module(f"scenarios.{name}").run(bench)
            except Exception:
                traceback.print_exc()
                bench.missed += 1
            missed += bench.missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
