"""A stack of twenty services, and a service replaced again and again while wrk asks it."""

import re
import subprocess
import time

from lib.bench import Bench, median, timed

ROUNDS, UPDATES, SECONDS = 5, 3, 20

TWENTY = "services:\n" + "".join(f"""  s{number}:
    image: brig/busybox
    command: sleep 100000
    init: true
    {f'depends_on: [s{number - 10}]' if number >= 10 else ''}
""" for number in range(20))

WEB = """
services:
  web:
    image: brig/busybox
    command: [sh, -c, "mkdir -p /www; echo WORD > /www/index.html; exec httpd -f -p 80 -h /www"]
    init: true
    ports: ['127.0.0.1:18643:80']
    healthcheck: {test: nc -w 5 127.0.0.1 80 < /dev/null, interval: 1s, timeout: 10s, retries: 5, start_period: 30s, start_interval: 100ms}
    stop_grace_period: 10s
    deploy:
      update_config: {order: start-first, failure_action: rollback, monitor: 300ms}
"""


def run(bench: Bench):
    brig = bench.brig()
    api = brig.api
    api.request("POST", "/api/v1/stacks", {"name": "twenty", "texts": {"compose.yaml": TWENTY}})
    took = []
    for turn in range(ROUNDS + 1):
        milliseconds = timed(lambda: _done(api, "/api/v1/stacks/twenty/apply", {}))
        running = sum(one["state"]["status"] == "running" for one in api.request("GET", "/api/v1/containers"))
        assert running == 20, running
        _done(api, "/api/v1/stacks/twenty/down")
        if turn:
            took.append(milliseconds)
    bench.line("20 services up", f"{median(took) / 1000:.2f} s, the quickest {min(took) / 1000:.2f} s", median(took) / 1000, 2, of="seconds")

    api.request("POST", "/api/v1/stacks", {"name": "shop", "texts": {"compose.yaml": WEB.replace("WORD", "zero")}})
    _done(api, "/api/v1/stacks/shop/apply", {})
    load = subprocess.Popen(["wrk", "-t1", "-c8", f"-d{SECONDS}s", "--timeout", "10s", "http://127.0.0.1:18643/"], stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    for word in range(UPDATES):
        api.request("PATCH", "/api/v1/stacks/shop", {"texts": {"compose.yaml": WEB.replace("WORD", f"word {word}")}})
        _done(api, "/api/v1/stacks/shop/apply", {})
    during = load.poll() is None
    said = load.communicate()[0]
    requests = int(re.search(r"(\d+) requests in", said).group(1))
    failed = sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", said)) + sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
    bench.line("updates under wrk", f"{UPDATES} updates, {requests} requests{'' if during else ' (the load ended before the updates)'}", failed, 0, of="failed")


def _done(api, path: str, body=None):
    """Asks for what takes time, and waits for its task."""
    task = api.request("POST", path, body, accept=(200, 201, 202))
    ended = api.request("POST", f"/api/v1/tasks/{task['id']}/wait")
    if ended["state"] not in ("done", "succeeded"):
        raise RuntimeError(f"{path}: {ended}")
