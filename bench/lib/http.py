"""One kept connection, over TCP or a unix socket; the same client for Brig and for dockerd."""

import http.client
import json
import socket


class Client:
    def __init__(self, address: str, headers: dict[str, str] | None = None):
        """address: host:port, or the path of a unix socket."""
        self._headers = headers or {}
        self._connection = _Unix(address) if address.startswith("/") else http.client.HTTPConnection(address, timeout=120)

    def request(self, method: str, path: str, body=None, accept: tuple[int, ...] = (200, 201, 204, 304)):
        """The answer's JSON (or its text when it is not JSON). Raises for any status not accepted."""
        headers = dict(self._headers)
        if body is not None and not isinstance(body, (bytes, bytearray)) and not hasattr(body, "read"):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        elif body is not None:
            headers["Content-Type"] = "application/x-tar"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in accept:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode(errors='replace')[:400]}")
        try:
            return json.loads(text) if text else None
        except ValueError:
            return text.decode(errors="replace")

    def stream(self, method: str, path: str):
        """The open answer, to read from as from a file. Close the client afterwards."""
        self._connection.request(method, path, headers=self._headers)
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.read().decode(errors='replace')[:400]}")
        return answer

    def close(self):
        self._connection.close()


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: str):
        super().__init__("localhost", timeout=120)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
