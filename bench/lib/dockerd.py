"""A private dockerd: own data, own socket, own cgroup parent; no network and no firewall rules, or both in a network namespace of its own."""

import os
import pathlib
import signal
import subprocess
import time

from lib.http import Client


class Dockerd:
    def __init__(self, folder: pathlib.Path, rootfs: pathlib.Path, bridge: bool = False):
        self._folder, self._rootfs, self._bridge = folder, rootfs, bridge
        self._cgroup = f"/brig-bench-{os.getpid()}"

    def __enter__(self):
        self._folder.mkdir(parents=True)
        self.socket = str(self._folder / "docker.sock")
        self._log = open(self._folder / "log", "w")
        self._process = subprocess.Popen(
            [*(["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"] if self._bridge else []), "dockerd", "--data-root", self._folder / "data", "--exec-root", self._folder / "exec", "--pidfile", self._folder / "pid",
             "--host", f"unix://{self.socket}", 
             *([] if self._bridge else ["--iptables=false", "--ip6tables=false", "--bridge=none"]),
             "--cgroup-parent", self._cgroup, "--exec-opt", "native.cgroupdriver=cgroupfs"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self.pid = self._process.pid
        self._ready()
        self.api = self.client()
        tar = subprocess.check_output(["tar", "-C", self._rootfs, "-c", "."])
        self.api.request("POST", "/images/create?fromSrc=-&repo=bench", tar)
        return self

    def __exit__(self, *_):
        try:
            for container in self.api.request("GET", "/containers/json?all=1"):
                self.remove(container["Id"])
        except (RuntimeError, OSError):
            pass
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for folder in pathlib.Path("/sys/fs/cgroup").glob(f"**/{self._cgroup[1:]}"):
            for below in sorted(folder.glob("**/"), reverse=True):
                try:
                    below.rmdir()
                except OSError:
                    pass

    def client(self) -> Client:
        return Client(self.socket)

    def processes(self) -> list[int]:
        """dockerd and the containerd it has started: what works when somebody asks."""
        children = pathlib.Path(f"/proc/{self.pid}/task")
        return [self.pid, *(int(pid) for task in children.iterdir() for pid in (task / "children").read_text().split())]

    def create(self, command: list[str], **host_config) -> str:
        return self.api.request("POST", "/containers/create", {
            "Image": "bench", "Cmd": command, "ExposedPorts": {port: {} for port in host_config.get("PortBindings", {})}, "HostConfig": {"NetworkMode": "none"} | host_config})["Id"]

    def start(self, container: str):
        self.api.request("POST", f"/containers/{container}/start")

    def wait(self, container: str) -> dict:
        return self.api.request("POST", f"/containers/{container}/wait")

    def remove(self, container: str):
        self.api.request("DELETE", f"/containers/{container}?force=1")

    def exec(self, container: str, command: list[str]):
        exec_id = self.api.request("POST", f"/containers/{container}/exec", {"Cmd": command, "AttachStdout": True})["Id"]
        self.api.request("POST", f"/exec/{exec_id}/start", {})
        self.api.request("GET", f"/exec/{exec_id}/json")

    def _ready(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                Client(self.socket).request("GET", "/_ping")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("dockerd did not become ready:\n" + (self._folder / "log").read_text()[-2000:])
