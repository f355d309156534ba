"""
Load of an image of about 300 MB from an archive, and pull of it from a registry on loopback, each through the engine's own API, in turns. What an unpacking holds in memory. A build of
which every step is known.
"""

import io
import os
import pathlib
import socket
import subprocess
import tarfile
import time

from lib.bench import Bench, median, timed

SIZE = 300 << 20


def run(bench: Bench):
    brig = bench.brig()
    for size in (300, 1024):    # the first also counts what a fresh Brig needs to become warm
        grown = _growth(brig.pid, lambda: _unpack(bench, brig, size))
        brig.api.request("DELETE", f"/api/v1/images/files:{size}")
        bench.line(f"memory, unpack of {size} MB", f"brig grows by {grown >> 10} MiB", grown / (64 << 10), 1)
    _cached_build(bench, brig)
    docker = bench.dockerd()
    archive = _archive(bench, docker)
    for what, act in (("load of 300 MB", lambda engine: _load(engine, docker, archive)), ("pull of 300 MB", lambda engine: _pull(engine, docker, host))):
        if what.startswith("pull"):
            host = _registry(bench, archive)
        times = {"brig": [], "dockerd": []}
        for _ in range(4):
            for name, engine in (("brig", brig), ("dockerd", docker)):
                _clear(engine, docker)
                os.sync()       # what the other has left to write is not this one's
                times[name].append(timed(lambda: act(engine)) / 1000)
        at = {name: median(values[1:]) for name, values in times.items()}     # the first compiles
        spread = {name: f"{min(values[1:]):.2f}–{max(values[1:]):.2f}" for name, values in times.items()}
        bench.line(what, f"brig {at['brig']:.2f} s ({spread['brig']})  dockerd {at['dockerd']:.2f} s ({spread['dockerd']})", at["brig"] / at["dockerd"], 1)


def _archive(bench: Bench, docker) -> pathlib.Path:
    """docker save of an image made of this machine's own programs."""
    total, names = 0, bench.folder / "names"
    with open(names, "wb") as to:
        for folder, below, files in os.walk(b"/usr"):
            below.sort()
            for file in sorted(files):
                path = os.path.join(folder, file)
                size = os.lstat(path).st_size
                if total < SIZE and size < 16 << 20:
                    total += size
                    to.write(path[1:] + b"\0")
    tar = bench.folder / "root.tar"
    subprocess.run(["tar", "-C", "/", "--no-recursion", "--null", "-T", names, "-cf", tar], check=True)
    _curl("--unix-socket", docker.socket, "-X", "POST", "-T", str(tar), "http://d/images/create?fromSrc=-&repo=localhost/big&tag=1")
    saved = bench.folder / "saved.tar"
    _curl("--unix-socket", docker.socket, "-o", str(saved), "http://d/images/localhost/big:1/get")
    tar.unlink()
    return saved


def _registry(bench: Bench, archive: pathlib.Path) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    config = bench.folder / "registry.yml"
    config.write_text(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {bench.folder}/registry}}}}\nhttp: {{addr: '{host}'}}\n")
    process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    bench.finally_(process.kill)
    for _ in range(100):
        with socket.socket() as there:
            if there.connect_ex(tuple([host.split(":")[0], int(host.split(":")[1])])) == 0:
                break
        time.sleep(0.1)
    subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false", f"docker-archive:{archive}", f"docker://{host}/big:1"], check=True)
    return host


def _load(engine, docker, archive):
    if engine is docker:
        _curl("--unix-socket", docker.socket, "-X", "POST", "-T", str(archive), "http://d/images/load")
    else:
        _curl(*engine.curl(), "-X", "POST", "-H", "Content-Type: application/x-tar", "-T", str(archive), f"http://{engine.address}/api/v1/images/-/load")


def _pull(engine, docker, host):
    if engine is docker:
        answer = _curl("--unix-socket", docker.socket, "-X", "POST", f"http://d/images/create?fromImage={host}/big&tag=1")
        assert "Downloaded newer image" in answer, answer
    else:
        task = engine.api.request("POST", f"/api/v1/images/-/pull?reference={host}/big:1", accept=(202,))["id"]
        ended = engine.api.request("POST", f"/api/v1/tasks/{task}/wait")
        assert ended["state"] == "succeeded", ended


def _clear(engine, docker):
    if engine is docker:
        for image in docker.api.request("GET", "/images/json?all=1"):
            docker.api.request("DELETE", f"/images/{image['Id']}?force=1", accept=(200, 404))
    else:
        for image in engine.api.request("GET", "/api/v1/images"):
            engine.api.request("DELETE", f"/api/v1/images/{image['digest']}?all=true")
        while any((engine.folder / "root/trash").iterdir()):
            time.sleep(0.05)


def _curl(*arguments: str) -> str:
    return subprocess.run(["curl", "-sS", "--fail-with-body", *arguments], check=True, capture_output=True, text=True).stdout


def _unpack(bench: Bench, brig, mebibytes: int):
    """An import of so many files of 1 MiB, none of which packs."""
    tar = bench.folder / "files.tar"
    with tarfile.open(tar, "w") as to:
        for i in range(mebibytes):
            info = tarfile.TarInfo(f"d{i % 50}/f{i}")
            info.size = 1 << 20
            to.addfile(info, io.BytesIO(os.urandom(1 << 20)))
    _curl(*brig.curl(), "-X", "POST", "-H", "Content-Type: application/x-tar", "-T", str(tar), f"http://{brig.address}/api/v1/images?reference=files:{mebibytes}")
    tar.unlink()


def _growth(pid: int, act) -> int:
    """KiB: the most that was resident during it, less what was before. Writing 5 to clear_refs sets the peak back (proc(5))."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = _status(pid, "VmRSS")
    act()
    return _status(pid, "VmHWM") - before


def _status(pid: int, field: str) -> int:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise RuntimeError(f"no {field} of {pid}")


def _cached_build(bench: Bench, brig):
    """Two stages, 1,000 files in the context, twelve steps; sent, built and told to the end, each time."""
    dockerfile = """FROM brig/busybox AS made
WORKDIR /src
COPY . .
RUN mkdir /out && cat */* > /out/all
RUN wc -c /out/all > /out/size
FROM brig/busybox
ENV A=1 B=2
LABEL made.by=bench
COPY --from=made /out /out
COPY d1 /d1
RUN cp /out/size /size
USER 1000
CMD ["true"]
"""
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as to:
        for name, content in [("Dockerfile", dockerfile.encode())] + [(f"d{i % 20}/f{i}", os.urandom(4096)) for i in range(1000)]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            to.addfile(info, io.BytesIO(content))

    def build() -> dict:
        task = brig.api.request("POST", "/api/v1/images/-/build?tag=bench:cached", context.getvalue(), accept=(202,))["id"]
        ended = brig.api.request("POST", f"/api/v1/tasks/{task}/wait")
        assert ended["state"] == "succeeded", ended
        return ended

    build()
    times = [timed(build) for _ in range(15)]
    bench.line("build, everything known", f"brig {median(times):.0f} ms", median(times) / 300, 1)
