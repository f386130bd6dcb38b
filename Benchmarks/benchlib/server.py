"""A server of ours for one measurement, and the calls of spec 002."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Runs `breakbulk serve` on a database (`sqlite:PATH` or `postgres://…`); ends it when the block is left."""

    def __init__(self, program, database, uploads, configuration=None):
        self.program = str(program)
        self.database = str(database)
        self.uploads = str(uploads)
        self.options = ["--config", str(configuration)] if configuration else []
        self.port = free_port()
        self.process = None
        self.key = None

    def __enter__(self):
        created = subprocess.run(
            [self.program, "keys", "create", "--tenant", "bench", "--scopes", "admin", "--json",
             "--database", self.database],
            check=True, capture_output=True, text=True)
        self.key = json.loads(created.stdout)["key"]
        environment = dict(os.environ, BREAKBULK_UPLOADS=self.uploads)
        self.process = subprocess.Popen(
            [self.program, "serve", "--database", self.database,
             "--listen", f"127.0.0.1:{self.port}", "--log-level", "error"] + self.options,
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until_ready(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at once, status {self.process.returncode}")
            try:
                client = Client(self)
                status, _ = client.raw("GET", "/readyz")
                client.close()
                if status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("the server did not become ready within 30 s")

    def peak_bytes(self):
        """The most memory it ever held (VmHWM)."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        return 0


class Client:
    """One kept-alive connection."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3600)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.connection.close()

    def raw(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body=body, headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def call(self, method, path, value=None):
        headers = {"Authorization": f"Bearer {self.server.key}"}
        body = json.dumps(value) if value is not None else None
        status, answer = self.raw(method, path, body, headers)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def create(self, **fields):
        return self.call("POST", "/v1/bulk/jobs", fields)["job_id"]

    def upload(self, job, body, length):
        url = self.call("GET", f"/v1/bulk/jobs/{job}/upload-url")["upload_url"]
        path = url[url.index("/v1/uploads/"):]
        status, answer = self.raw("PUT", path, body, {"Content-Type": "text/csv", "Content-Length": str(length)})
        if status >= 300:
            raise RuntimeError(f"upload: {status} {answer[:500]!r}")

    def finish(self, job):
        self.call("PATCH", f"/v1/bulk/jobs/{job}", {"state": "UploadComplete"})
        while True:
            view = self.call("GET", f"/v1/bulk/jobs/{job}?wait=30")
            if view["state"] not in ("Open", "UploadComplete", "InProgress"):
                return view

    def download(self, job, path):
        """Writes the results to a file; gives the bytes."""
        self.connection.request(
            "GET", f"/v1/bulk/jobs/{job}/results", headers={"Authorization": f"Bearer {self.server.key}"})
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"results: {answer.status} {answer.read()[:500]!r}")
        total = 0
        with open(path, "wb") as file:
            while piece := answer.read(1 << 20):
                file.write(piece)
                total += len(piece)
        return total
