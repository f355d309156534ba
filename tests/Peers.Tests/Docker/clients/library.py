#!/usr/bin/python3
"""What people do with Docker's Python library (Debian's python3-docker), against DOCKER_HOST. N begins all names. Prints the flows that went well."""

import io
import os
import tarfile
import threading

import docker
import docker.errors

N = os.environ["N"]
client = docker.from_env(timeout=60)


def flow(action):
    action()
    print(action.__name__)


def tar(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def whole(raw, length: int) -> bytes:
    """So many bytes of a socket, in however many pieces they come."""
    got = b""
    while len(got) < length and (part := raw.read(length - len(got))):
        got += part
    return got


def keep(name: str, **more):
    return client.containers.run("base", ["sleep", "1000"], name=f"{N}-{name}", detach=True, **more)


def daemon():
    assert client.ping()
    assert client.version()["Os"] == "linux"
    assert client.info()["OSType"] == "linux"
    assert client.api.df()["Images"]


def run_to_its_end():
    assert client.containers.run("base", "echo hello", remove=True) == b"hello\n"
    try:
        client.containers.run("base", ["sh", "-c", "echo bad >&2; exit 3"], remove=True)
        raise AssertionError("no error")
    except docker.errors.ContainerError as error:
        assert error.exit_status == 3 and b"bad" in error.stderr, error


def logs_as_a_stream():
    one = client.containers.run("base", ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"], name=f"{N}-logs", detach=True)
    assert b"".join(one.logs(stream=True, follow=True)) == b"1\n2\n3\n"
    assert one.logs(tail=1) == b"3\n"
    assert one.wait(timeout=60)["StatusCode"] == 0
    one.reload()
    assert one.status == "exited", one.status
    assert one.attrs["State"]["ExitCode"] == 0


def life():
    one = keep("life", labels={"team": N}, environment={"A": "b"}, mem_limit="64m")
    assert [each.name for each in client.containers.list(filters={"label": f"team={N}"})] == [one.name]
    one.pause()
    one.reload()
    assert one.status == "paused"
    one.unpause()
    one.rename(f"{N}-renamed")
    one.update(mem_limit="96m", memswap_limit="96m")
    assert "sleep" in str(one.top()["Processes"])
    one.restart(timeout=0)
    one.exec_run("touch /seen")
    one.stop(timeout=0)
    one.reload()
    assert one.status == "exited" and one.attrs["HostConfig"]["Memory"] == 96 << 20
    assert {"Path": "/seen", "Kind": 1} in one.diff()
    one.remove(v=True)
    try:
        client.containers.get(one.id)
        raise AssertionError("it is still there")
    except docker.errors.NotFound as error:
        assert "No such container" in error.explanation


def exec_in_every_way():
    one = keep("exec")
    assert one.exec_run(["sh", "-c", "echo out; echo err >&2; exit 4"], demux=True) == (4, (b"out\n", b"err\n"))
    code, parts = one.exec_run("seq 3", stream=True)
    assert b"".join(parts) == b"1\n2\n3\n" and code is None
    made = client.api.exec_create(one.id, "cat", stdin=True)
    raw = client.api.exec_start(made["Id"], socket=True)
    raw._sock.sendall(b"through\n")
    raw._sock.shutdown(1)
    assert whole(raw, 8 + 8) == b"\x01\0\0\0\0\0\0\x08through\n"
    assert raw.read() == b""
    assert client.api.exec_inspect(made["Id"])["ExitCode"] == 0
    made = client.api.exec_create(one.id, "tty", tty=True, user="tester", workdir="/tmp", environment={"A": "b"})
    assert b"/dev/pts/" in client.api.exec_start(made["Id"], tty=True)
    one.remove(force=True)


def attach_by_a_socket():
    one = client.containers.create("base", "cat", name=f"{N}-attach", stdin_open=True)
    raw = one.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    one.start()
    raw._sock.sendall(b"hello\n")
    assert whole(raw, 8 + 6) == b"\x01\0\0\0\0\0\0\x06hello\n"
    raw._sock.shutdown(1)
    assert one.wait(timeout=60)["StatusCode"] == 0
    one.remove()


def archives():
    one = keep("archive")
    assert one.put_archive("/tmp", tar(a=b"of a", b=b"of b"))
    parts, about = one.get_archive("/tmp/a")
    assert (about["name"], about["size"]) == ("a", 4), about
    assert tarfile.open(fileobj=io.BytesIO(b"".join(parts))).extractfile("a").read() == b"of a"
    assert "etc/passwd" in tarfile.open(fileobj=io.BytesIO(b"".join(one.export()))).getnames()
    one.remove(force=True)


def events_as_they_come():
    # Since the beginning: dockerd sends the head of its answer before it listens for events.
    stream = client.events(decode=True, since=1, filters={"label": f"seen={N}", "type": "container"})
    seen = []

    def read():
        for event in stream:
            seen.append(event["Action"])
            if event["Action"] == "destroy":
                return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    client.containers.run("base", "true", labels={"seen": N}, remove=True)
    reader.join(60)
    assert [action for action in seen if action in ("create", "start", "die", "destroy")] == ["create", "start", "die", "destroy"], seen


def stats():
    one = keep("stats")
    assert one.stats(stream=False)["memory_stats"]["usage"] > 0
    stream = one.stats(stream=True, decode=True)
    assert next(stream)["pids_stats"]["current"] == 1
    assert next(stream)["cpu_stats"]["cpu_usage"]["total_usage"] > 0
    stream.close()
    one.remove(force=True)


def build():
    image, said = client.images.build(fileobj=io.BytesIO(b"FROM base\nARG A\nRUN echo $A > /made\nCMD cat /made\n"), tag=f"{N}-built", buildargs={"A": "by python"}, rm=True)
    assert f"{N}-built:latest" in image.tags
    assert any("stream" in line and "Step 1/4" in line["stream"] for line in said)
    assert client.containers.run(f"{N}-built", remove=True) == b"by python\n"
    try:
        client.images.build(fileobj=io.BytesIO(b"FROM base\nRUN exit 5\n"))
        raise AssertionError("no error")
    except docker.errors.BuildError as error:
        assert "returned a non-zero code: 5" in str(error), error
    client.images.remove(f"{N}-built", force=True)


def images():
    image = client.images.get("base")
    assert image.tag(N, tag="t")
    assert f"{N}:t" in client.images.get(f"{N}:t").tags
    saved = b"".join(client.images.get(f"{N}:t").save(named=True))
    client.images.remove(f"{N}:t")
    assert client.images.load(saved)
    assert image.history()[0]["CreatedBy"] == "made by the tests"
    one = client.containers.run("base", "touch /x", name=f"{N}-commit", detach=True)
    one.wait(timeout=60)
    assert one.commit(f"{N}-committed").id.startswith("sha256:")
    one.remove()
    try:
        client.images.get("no-such-image")
        raise AssertionError("it is there")
    except docker.errors.ImageNotFound:
        pass


def a_registry():
    repository = f"{os.environ['REGISTRY']}/{N}"
    client.images.get("base").tag(repository, tag="t")
    assert any("digest" in line.get("status", "") for line in client.images.push(repository, tag="t", stream=True, decode=True))
    client.images.remove(f"{repository}:t")
    assert f"{repository}:t" in client.images.pull(repository, tag="t").tags
    assert client.login("sailor", "secret", registry=os.environ["PRIVATE"])["Status"] == "Login Succeeded"
    try:
        client.login("sailor", "wrong", registry=os.environ["PRIVATE"], reauth=True)
        raise AssertionError("a wrong password is taken")
    except docker.errors.APIError:
        pass


def networks():
    network = client.networks.create(N, driver="bridge", labels={"team": N})
    assert [each.name for each in client.networks.list(names=[N])] == [N]
    web = keep("web", network=N, cap_add=["NET_RAW"])
    other = keep("other")
    network.connect(other, aliases=["another"])
    assert web.exec_run("ping -c 1 -W 50 another").exit_code == 0
    network.reload()
    assert {each.name for each in network.containers} == {web.name, other.name}
    network.disconnect(other)
    for one in (web, other):
        one.remove(force=True)
    network.remove()


def volumes():
    volume = client.volumes.create(N, labels={"team": N})
    client.containers.run("base", "touch /data/x", volumes={N: {"bind": "/data", "mode": "rw"}}, remove=True)
    assert client.containers.run("base", "ls /data", mounts=[docker.types.Mount("/data", N, read_only=True)], remove=True) == b"x\n"
    assert [each.name for each in client.volumes.list(filters={"name": N})] == [N]
    volume.remove()


for each in (daemon, run_to_its_end, logs_as_a_stream, life, exec_in_every_way, attach_by_a_socket, archives, events_as_they_come, stats, build, images, a_registry, networks, volumes):
    flow(each)
