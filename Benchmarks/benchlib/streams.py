"""The measurements of bulk-process (a line a record while the work runs), the same on both stores."""

import dataclasses
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import time

from .measures import Pair
from .postgres import Cluster
from .server import Server

# What a user of the operation would configure; a lock makes a few records fail.
RULES = """tables:
  orders:
    status: { column: status, transitions: { PENDING: [PROCESSING, CANCELLED], PROCESSING: [COMPLETED] } }
    archive: { column: archived_at }
    lock: { column: locked_until }
"""
TO_PROCESSING = {"operation": "status-update", "filters": {"status": "PENDING"}, "updates": {"status": "PROCESSING"}}
# Customers 1001 to 6000 are spread evenly, so this is one order in a hundred, and the other one is all of them.
FEW, ALL = {"customer_id": {"lt": 1051}}, {"customer_id": {"lt": 6001}}
SCANNED = "customer_id < 6001"


@dataclasses.dataclass
class StreamResults:
    rows: int
    update: Pair
    # Seconds to the metadata line against count(*), by an index and by reading the table.
    metadata_indexed: Pair
    metadata_scanned: Pair
    # Milliseconds from the metadata line to the first record's, by rows of the table.
    first_line: dict
    # Lines told and the server's peak memory in bytes, few lines and many.
    peak_few: tuple
    peak_many: tuple


class Stream:
    """One answer, read as it comes."""

    def __init__(self, server, body):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3600)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
        self.connection.request("POST", "/v1/orders/bulk-process", json.dumps(body), headers)
        self.answer = self.connection.getresponse()
        if self.answer.status != 200:
            raise RuntimeError(f"bulk-process: {self.answer.status} {self.answer.read()[:500]!r}")

    def line(self):
        return json.loads(self.answer.readline())

    def drain(self):
        """Reads all lines; gives their number and the last one."""
        count, tail = 0, b""
        while piece := self.answer.read1(1 << 18):
            count += piece.count(b"\n")
            tail = (tail + piece)[-65536:]
        return count, json.loads(tail.splitlines()[-1])

    def close(self):
        self.connection.close()


class StreamBench:
    """The measurements; a subclass says how a database of orders is made and asked."""

    name = None

    def __init__(self, program, folder, sizes):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.rules = self.folder / "orders.yaml"
        self.rules.write_text(RULES, encoding="utf-8")

    def measure(self):
        rows, small = self.sizes.rows, min(10_000, self.sizes.rows // 2)
        file = self.sample(rows)
        self.make_template(rows, file)
        self.make_template(small, self.sample(small))
        update = self.updates(rows)
        indexed, scanned, gaps = self.waits(rows)
        return StreamResults(
            rows=rows, update=update, metadata_indexed=indexed, metadata_scanned=scanned,
            first_line={small: self.waits(small)[2], rows: gaps},
            peak_few=self.peak(rows, FEW), peak_many=self.peak(rows, ALL))

    def updates(self, rows):
        """All lines read by the client, against one statement that returns the ids."""
        pair = Pair([], [])
        sql = "UPDATE orders SET status = 'PROCESSING' WHERE status = 'PENDING' RETURNING id"
        for number in range(1, self.sizes.runs + 1):
            self.say(f"status update of {rows // 10:,} of {rows:,}, run {number}")
            with self.database(rows) as database:
                pair.reference.append(self.timed(database, sql))
            with self.database(rows) as database:
                with self.serve(database) as server:
                    begin = time.monotonic()
                    stream = Stream(server, TO_PROCESSING)
                    _, summary = stream.drain()
                    pair.ours.append(time.monotonic() - begin)
                    stream.close()
                self.check(database, summary, rows)
        return pair

    def check(self, database, summary, rows):
        """A fast stream that lost a record is none."""
        left = int(self.ask(database, "SELECT count(*) FROM orders WHERE status = 'PENDING'"))
        told = (summary["type"], summary["processed"], summary["errors"])
        if told != ("summary", rows // 10, left):
            raise RuntimeError(f"the stream came to {summary}, and {left} are still pending")

    def waits(self, rows):
        """Time to the first two lines of dry runs that are dropped then, by an index and by reading the table."""
        indexed, scanned, gaps = Pair([], []), Pair([], []), []
        with self.database(rows) as database:
            with self.serve(database) as server:
                for number in range(1, 2 * self.sizes.runs + 1):
                    self.say(f"first lines of {rows:,}, run {number}")
                    for pair, filters, condition in (
                            (indexed, TO_PROCESSING["filters"], "status = 'PENDING'"), (scanned, ALL, SCANNED)):
                        pair.reference.append(
                            self.timed(database, f"SELECT count(*) FROM orders WHERE {condition}"))
                        seconds, gap = self.first_lines(server, filters)
                        pair.ours.append(seconds)
                        gaps.append(gap * 1000)
        return indexed, scanned, gaps

    def first_lines(self, server, filters):
        begin = time.monotonic()
        stream = Stream(server, {
            "operation": "status-update", "filters": filters, "updates": {"customer_id": 1},
            "options": {"dryRun": True}})
        first = stream.line()
        metadata = time.monotonic()
        second = stream.line()
        record = time.monotonic()
        stream.close()
        if first["type"] != "metadata" or "recordId" not in second:
            raise RuntimeError(f"the stream begins with {first} and {second}")
        return metadata - begin, record - metadata

    def peak(self, rows, filters):
        self.say(f"memory, customers below {filters['customer_id']['lt']}")
        with self.database(rows) as database, self.serve(database) as server:
            stream = Stream(server, {
                "operation": "status-update", "filters": filters, "updates": {"total_amount": 1}})
            lines, _ = stream.drain()
            stream.close()
            return lines, server.peak_bytes()

    def sample(self, rows):
        path = self.folder / f"orders-{rows}.csv"
        with open(path, "wb") as file:
            subprocess.run(
                [str(self.program), "sample", "orders", "--rows", str(rows), "--first-id", "1"],
                check=True, stdout=file)
        return path

    def schema(self, *options):
        return subprocess.run(
            [str(self.program), "sample", "orders", "--schema", *options],
            check=True, capture_output=True, text=True).stdout

    def timed(self, database, sql):
        begin = time.monotonic()
        self.ask(database, sql)
        return time.monotonic() - begin

    def say(self, text):
        print(f"bench: {self.name}: streams: {text}", flush=True)


class SQLiteStreams(StreamBench):
    name = "SQLite"

    class Copy:
        """A copy of a template database, removed when the block is left."""

        def __init__(self, template, path):
            self.template = template
            self.path = path

        def __enter__(self):
            shutil.copyfile(self.template, self.path)
            return self.path

        def __exit__(self, *_):
            for ending in ("", "-wal", "-shm", "-breakbulk.lock"):
                pathlib.Path(f"{self.path}{ending}").unlink(missing_ok=True)

    def run(self):
        try:
            return self.measure()
        finally:
            for path in self.folder.glob("orders-*"):
                path.unlink()

    def make_template(self, rows, file):
        # .import has no NULL: an empty cell comes in as an empty text.
        self.ask(self.template(rows), (
            f"{self.schema()}\n.import --csv --skip 1 {file} orders\n"
            "UPDATE orders SET archived_at = nullif(archived_at, ''), locked_until = nullif(locked_until, '');\n"))

    def template(self, rows):
        return self.folder / f"orders-{rows}.db"

    def database(self, rows):
        return self.Copy(self.template(rows), self.folder / "orders-run.db")

    def ask(self, database, script):
        done = subprocess.run(["sqlite3", str(database)], input=script + ";", check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def serve(self, database):
        return Server(self.program, f"sqlite:{database}", self.folder / "uploads", configuration=self.rules)


class PostgresStreams(StreamBench):
    name = "PostgreSQL"

    class Copy:
        """A database made of a template, dropped when the block is left."""

        def __init__(self, cluster, template, name):
            self.cluster = cluster
            self.template = template
            self.name = name

        def __enter__(self):
            self.cluster.psql("postgres", f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY file_copy")
            self.cluster.psql(self.name, "VACUUM ANALYZE orders", "CHECKPOINT")
            return self.name

        def __exit__(self, *_):
            self.cluster.psql("postgres", f"DROP DATABASE {self.name} WITH (FORCE)")

    def run(self):
        with Cluster(self.folder.parent) as self.cluster:
            return self.measure()

    def make_template(self, rows, file):
        name = self.template(rows)
        self.cluster.psql("postgres", f"CREATE DATABASE {name}")
        self.cluster.psql(name, self.schema("--postgres"))
        self.cluster.psql(name, f"\\copy orders FROM '{file}' CSV HEADER")

    def template(self, rows):
        return f"orders{rows}"

    def database(self, rows):
        return self.Copy(self.cluster, self.template(rows), "orders_run")

    def ask(self, database, sql):
        return self.cluster.psql(database, sql)

    def serve(self, database):
        return Server(
            self.program, self.cluster.url(database), self.folder / "uploads-streams", configuration=self.rules)
