"""The measurements of batches, bulk imports and progress events, the same on both stores."""

import dataclasses
import json
import pathlib
import selectors
import socket
import statistics
import subprocess
import threading
import time

from . import notes
from .measures import Pair
from .postgres import Cluster
from .server import Client, Server

RULES = """tables:
  resources:
    key: { column: id, prefix: "res_" }
    timestamps: { created: created_at, updated: updated_at }
"""
TYPES, MOMENT = ("document", "image", "video"), "2026-01-01T00:00:00Z"


@dataclasses.dataclass
class BatchResults:
    creates: int
    records: int
    listeners: int
    listened_rows: int
    # Seconds: one batch against as many single POSTs; /v1/bulk to complete against one INSERT; a load with listeners
    # against the same load without.
    batch: Pair
    bulk: Pair
    listened: Pair


class Listeners:
    """Connections that read a job's progress events and throw them away."""

    def __init__(self, server, job, count):
        self.done = threading.Event()
        self.selector = selectors.DefaultSelector()
        self.bytes = 0
        head = (
            f"GET /v1/jobs/{job}/progress HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {server.key}\r\n\r\n").encode()
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(head)
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.read)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    def read(self):
        while not self.done.is_set():
            for key, _ in self.selector.select(timeout=0.1):
                piece = key.fileobj.recv(1 << 16)
                self.bytes += len(piece)
                if not piece:
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()


class BatchBench:
    """The measurements; a subclass says how a database is made and asked."""

    name = None

    def __init__(self, program, folder, sizes):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.creates = min(1000, sizes.rows // 20)
        self.records = min(10_000, sizes.rows // 2)
        self.listeners = 200
        (self.folder / "resources.yaml").write_text(RULES, encoding="utf-8")
        self.count = 0

    def measure(self):
        batch, bulk, listened = Pair([], []), Pair([], []), Pair([], [])
        for number in range(1, self.sizes.runs + 1):
            self.say(f"{self.creates:,} creates, run {number}")
            self.creating(batch)
            self.say(f"{self.records:,} records at once, run {number}")
            self.bulking(bulk)
            self.say(f"{self.listeners} listeners, run {number}")
            listened.reference.append(self.loading(0))
            listened.ours.append(self.loading(self.listeners))
        return BatchResults(
            creates=self.creates, records=self.records, listeners=self.listeners,
            listened_rows=self.sizes.rows, batch=batch, bulk=bulk, listened=listened)

    def creating(self, pair):
        with self.database("resources") as database, self.serve(database) as server:
            client = Client(server)
            begin = time.monotonic()
            for number in range(self.creates):
                client.call("POST", "/v1/resources", self.resource(f"single {number}"))
            pair.reference.append(time.monotonic() - begin)
            operations = [
                {"method": "POST", "path": "/resources", "body": self.resource(f"batched {number}")}
                for number in range(self.creates)]
            begin = time.monotonic()
            answer = client.call("POST", "/v1/batch", {"operations": operations})
            pair.ours.append(time.monotonic() - begin)
            client.close()
            self.expect(answer["meta"]["successful"], self.creates)
            self.expect(int(self.ask(database, "SELECT count(*) FROM resources")), 2 * self.creates)

    def bulking(self, pair):
        rows = [self.resource(f"record {number}") for number in range(self.records)]
        with self.database("resources") as database:
            values = ",".join(
                f"('id{index}','{row['name']}','{row['type']}','draft','{json.dumps(row['metadata'])}','{MOMENT}','{MOMENT}')"
                for index, row in enumerate(rows))
            columns = "id, name, type, status, metadata, created_at, updated_at"
            begin = time.monotonic()
            self.ask(database, f"INSERT INTO resources ({columns}) VALUES {values}")
            pair.reference.append(time.monotonic() - begin)
        # The same columns on both sides.
        for index, row in enumerate(rows):
            row.update(id=f"id{index}", status="draft", created_at=MOMENT, updated_at=MOMENT)
        with self.database("resources") as database, self.serve(database) as server:
            client = Client(server)
            body = json.dumps({"resources": rows})
            begin = time.monotonic()
            status, answer = client.raw(
                "POST", "/v1/bulk/resources", body, {"Authorization": f"Bearer {server.key}"})
            if status != 202:
                raise RuntimeError(f"bulk: {status} {answer[:500]!r}")
            job = json.loads(answer)["job_id"]
            view = client.call("GET", f"/v1/jobs/{job}?wait=30")
            pair.ours.append(time.monotonic() - begin)
            client.close()
            self.expect((view["status"], view["progress"]["successful"]), ("completed", self.records))

    def loading(self, listeners):
        """Seconds from closing to complete of a load that so many listen to."""
        file = self.sales()
        with self.database("sales") as database, self.serve(database, rules=None) as server:
            client = Client(server)
            job = client.create(operation="insert", object="sales", content_type="CSV")
            with open(file, "rb") as body:
                client.upload(job, body, file.stat().st_size)
            with Listeners(server, job, listeners) as heard:
                begin = time.monotonic()
                view = client.finish(job)
                seconds = time.monotonic() - begin
            client.close()
            self.expect(view["number_records_succeeded"], self.sizes.rows)
            if listeners and heard.bytes < 100 * listeners:
                raise RuntimeError("the listeners heard nothing")
            return seconds

    def sales(self):
        path = self.folder / "listened.csv"
        if not path.exists():
            with open(path, "wb") as file:
                subprocess.run(
                    [str(self.program), "sample", "sales", "--rows", str(self.sizes.rows), "--first-id", "1"],
                    check=True, stdout=file)
        return path

    def schema(self, table, *options):
        return subprocess.run(
            [str(self.program), "sample", table, "--schema", *options],
            check=True, capture_output=True, text=True).stdout

    @staticmethod
    def resource(name):
        return {"name": name, "type": TYPES[len(name) % 3], "metadata": {"key1": "value1", "pages": 12}}

    @staticmethod
    def expect(actual, wanted):
        if actual != wanted:
            raise RuntimeError(f"it came to {actual}, not {wanted}")

    def say(self, text):
        print(f"bench: {self.name}: batches: {text}", flush=True)


class SQLiteBatches(BatchBench):
    name = "SQLite"

    class New:
        """A new database file, removed when the block is left."""

        def __init__(self, bench, table):
            self.bench = bench
            self.table = table

        def __enter__(self):
            self.bench.count += 1
            self.path = self.bench.folder / f"batch-{self.bench.count}.db"
            self.bench.ask(self.path, self.bench.schema(self.table))
            return self.path

        def __exit__(self, *_):
            for ending in ("", "-wal", "-shm", "-breakbulk.lock"):
                pathlib.Path(f"{self.path}{ending}").unlink(missing_ok=True)

    def run(self):
        return self.measure()

    def database(self, table):
        return self.New(self, table)

    def ask(self, database, script):
        done = subprocess.run(["sqlite3", str(database)], input=script + ";", check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def serve(self, database, rules="resources.yaml"):
        return Server(
            self.program, f"sqlite:{database}", self.folder / "uploads",
            configuration=rules and self.folder / rules)


class PostgresBatches(BatchBench):
    name = "PostgreSQL"

    class New:
        """A new database, dropped when the block is left."""

        def __init__(self, bench, table):
            self.bench = bench
            self.table = table

        def __enter__(self):
            self.bench.count += 1
            self.name = f"batch{self.bench.count}"
            self.bench.cluster.psql("postgres", f"CREATE DATABASE {self.name}")
            self.bench.ask(self.name, self.bench.schema(self.table, "--postgres"))
            return self.name

        def __exit__(self, *_):
            self.bench.cluster.psql("postgres", f"DROP DATABASE {self.name} WITH (FORCE)")

    def run(self):
        with Cluster(self.folder.parent) as self.cluster:
            return self.measure()

    def database(self, table):
        return self.New(self, table)

    def ask(self, database, sql):
        # Long statements are no arguments.
        script = self.folder / "statement.sql"
        script.write_text(sql + ";\n", encoding="utf-8")
        return self.cluster.psql(database, f"\\i {script}")

    def serve(self, database, rules="resources.yaml"):
        return Server(
            self.program, self.cluster.url(database), self.folder / "uploads-batches",
            configuration=rules and self.folder / rules)


def lines(results):
    """The part of a store's section about batches."""
    cost = 100 * (results.listened.ours_median / results.listened.reference_median - 1)
    return [
        "### Batches, bulk imports, progress events",
        "",
        "| What | Reference | Ours | | Wanted |",
        "|---|---|---|---|---|",
        f"| {results.creates:,} creates in one batch, against as many single POSTs over one connection "
        f"{row(results.batch)} | {results.batch.speed_ratio:.1f} × as fast | at least 10 |",
        f"| {results.records:,} records by `/v1/bulk` to complete, against one bare `INSERT` of the same rows "
        f"{row(results.bulk)} | {1 / results.bulk.speed_ratio:.2f} × the time | under 3 |",
        f"| A load of {results.listened_rows:,} that {results.listeners} listen to, against the same without "
        f"{row(results.listened)} | {cost:+.1f} % | under 5 % |",
        "",
    ] + notes.BATCHES


def row(pair):
    return f"| {statistics.median(pair.reference) * 1000:.0f} ms | {statistics.median(pair.ours) * 1000:.0f} ms"


def verdicts(results, store):
    """One line a promise: kept or not."""
    checks = [
        ("a batch at least 10 times as fast as single POSTs", results.batch.speed_ratio >= 10),
        ("a bulk import under 3 times the bare INSERT", 1 / results.bulk.speed_ratio < 3),
        ("200 listeners cost under 5 %", results.listened.ours_median < 1.05 * results.listened.reference_median),
    ]
    return [f"{'kept  ' if is_kept else 'MISSED'}  {store}: {name}" for name, is_kept in checks]
