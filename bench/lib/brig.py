"""The real Brig, on a root of its own, through its HTTP API."""

import os
import pathlib
import signal
import subprocess
import time

from lib.http import Client

TOKEN = "only-for-this-benchmark"


class Brig:
    def __init__(self, executable: pathlib.Path, folder: pathlib.Path):
        self.folder = folder
        self.run = folder / "run"
        self._executable = executable

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)   # a scenario may have put a root there
        self.again()
        return self

    def kill(self):
        """As the machine's OOM killer does it; containers go on."""
        self._process.kill()
        self._process.wait()

    def again(self):
        """Starts it over the same folders, and waits until it is ready."""
        self._log = open(self.folder / "out", "w+")
        self._process = subprocess.Popen(
            [self._executable],
            env=os.environ | {
                "BRIG_ROOT": str(self.folder / "root"), "BRIG_RUN": str(self.run),
                "BRIG_URLS": "http://127.0.0.1:0", "BRIG_TOKEN": TOKEN, "BRIG_DEFAULT_NETWORK": "none"},
            cwd=self._executable.parent, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self.pid = self._process.pid
        self.address = self._ready()
        self.api = self.client()

    def __exit__(self, *_):
        try:
            for container in self.api.request("GET", "/api/v1/containers"):
                self.remove(container["id"])
        except (RuntimeError, OSError):
            pass
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for file in self.run.glob("shims/*/shim.pid"):
            try:
                os.kill(int(file.read_text()), signal.SIGKILL)
            except (ValueError, OSError):
                pass

    def curl(self) -> list[str]:
        """Options for curl, which reads a large body faster than Python."""
        return ["-H", f"Authorization: Bearer {TOKEN}"]

    def client(self) -> Client:
        return Client(self.address, {"Authorization": f"Bearer {TOKEN}"})

    def create(self, command: list[str], **spec) -> str:
        return self.api.request("POST", "/api/v1/containers", {"image": "brig/busybox", "command": command} | spec)["id"]

    def start(self, container: str):
        self.api.request("POST", f"/api/v1/containers/{container}/start")

    def wait(self, container: str) -> dict:
        return self.api.request("POST", f"/api/v1/containers/{container}/wait")

    def remove(self, container: str):
        self.api.request("DELETE", f"/api/v1/containers/{container}?force=true")

    def exec(self, container: str, command: list[str]):
        exec_id = self.api.request("POST", f"/api/v1/containers/{container}/exec", {"command": command})["id"]
        self.api.request("POST", f"/api/v1/exec/{exec_id}/wait")

    def shims(self) -> list[int]:
        return [int(file.read_text()) for file in self.run.glob("shims/*/shim.pid")]

    def _ready(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            for line in (self.folder / "out").read_text().splitlines():
                if line.startswith("Brig is ready: http://"):
                    return line.split("//")[1].split("/")[0]
            time.sleep(0.02)
        raise RuntimeError("brig did not become ready:\n" + (self.folder / "out").read_text())
