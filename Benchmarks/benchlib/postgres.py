"""The measurements against PostgreSQL: a server of our own, psql as the reference, paired runs."""

import dataclasses
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

from .measures import Pair, export, load, sample
from .server import Server, free_port

# What a small production server has; both sides run on it.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}


@dataclasses.dataclass
class PostgresResults:
    version: str
    clean: Pair
    dirty: Pair
    upsert: Pair
    export: Pair
    peak_bytes: int


class Cluster:
    """A PostgreSQL server in a folder of its own on a loopback port; as root it runs as user postgres."""

    def __init__(self, parent=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="breakbulk-bench-pg-", dir=parent))
        self.port = free_port()
        self.programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.process = None

    def __enter__(self):
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        self.run_as_owner(
            [self.programs / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"])
        command = [self.programs / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder,
                   "-c", "listen_addresses=127.0.0.1"]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self.process = subprocess.Popen(
            self.as_owner(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if self.process.poll() is not None:
                raise RuntimeError("the PostgreSQL server ended at once")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        # SIGINT: the fast shutdown.
        self.process.send_signal(2)
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_owner(self, command):
        words = [str(word) for word in command]
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] + words if os.getuid() == 0 else words

    def run_as_owner(self, command):
        subprocess.run(self.as_owner(command), check=True, stdout=subprocess.DEVNULL)

    def url(self, database):
        return f"postgres://bench@127.0.0.1:{self.port}/{database}"

    def psql(self, database, *commands):
        words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url(database)]
        for command in commands:
            words += ["-c", command]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


class PostgresBench:
    def __init__(self, program, folder, sizes):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.schema = subprocess.run(
            [str(program), "sample", "sales", "--schema", "--postgres"],
            check=True, capture_output=True, text=True).stdout
        self.count = 0
        self.peak = 0

    def run(self):
        with Cluster(self.folder.parent) as self.cluster:
            clean_file = sample(self.program, self.folder / "clean.csv", self.sizes.rows)
            dirty_file = sample(self.program, self.folder / "dirty.csv", self.sizes.rows, bad=1)
            changed_file = sample(self.program, self.folder / "changed.csv", self.sizes.rows, seed=2)
            clean, dirty = self.inserts(clean_file, dirty_file)
            return PostgresResults(
                version=self.cluster.psql("postgres", "SHOW server_version"), clean=clean, dirty=dirty,
                upsert=self.upserts(clean_file, changed_file), export=self.exports(clean_file),
                peak_bytes=self.peak)

    def inserts(self, clean_file, dirty_file):
        clean, dirty = Pair([], []), Pair([], [])
        rows = self.sizes.rows
        for number in range(1, self.sizes.runs + 1):
            self.say(f"insert {rows:,}, run {number}")
            clean.reference.append(self.on_new_database(lambda name: self.copy(name, clean_file)))
            clean.ours.append(self.on_new_database(lambda name: self.load(name, clean_file, rows, 0)))
            dirty.ours.append(self.on_new_database(lambda name: self.load(name, dirty_file, rows, rows // 100)))
        dirty.reference = list(clean.ours)
        return clean, dirty

    def upserts(self, clean_file, changed_file):
        pair = Pair([], [])
        rows = self.sizes.rows
        for number in range(1, min(3, self.sizes.runs) + 1):
            self.say(f"upsert {rows:,} existing rows, run {number}")

            def reference(name):
                self.copy(name, clean_file)
                return self.timed(name, (
                    "CREATE TEMP TABLE staging (LIKE sales)",
                    f"\\copy staging FROM '{changed_file}' CSV HEADER",
                    "INSERT INTO sales SELECT * FROM staging ON CONFLICT (id) DO UPDATE SET "
                    + ", ".join(f"{column} = excluded.{column}" for column in self.columns(name) if column != "id")))

            def ours(name):
                self.copy(name, clean_file)
                self.cluster.psql(name, "CHECKPOINT")
                return self.load(name, changed_file, rows, 0, operation="upsert")

            pair.reference.append(self.on_new_database(reference))
            pair.ours.append(self.on_new_database(ours))
        return pair

    def exports(self, file):
        pair = Pair([], [])
        output = self.folder / "export.csv"

        def run(name):
            self.copy(name, file)
            self.cluster.psql(name, "VACUUM ANALYZE sales")
            with self.serve(name) as server:
                for number in range(1, self.sizes.runs + 1):
                    self.say(f"export {self.sizes.rows:,}, run {number}")
                    pair.reference.append(self.timed(
                        name, (f"\\copy (SELECT * FROM sales ORDER BY id) TO '{output}' CSV HEADER",)))
                    pair.ours.append(export(server, output, self.sizes.rows))
            return 0

        self.on_new_database(run)
        return pair

    def load(self, name, file, rows, failed, operation="insert"):
        with self.serve(name) as server:
            view, seconds, peak = load(server, file, operation)
        self.peak = max(self.peak, peak)
        counted = int(self.cluster.psql(name, "SELECT count(*) FROM sales"))
        told = (view["state"], view["number_records_processed"], view["number_records_failed"], counted)
        # A fast load that lost a record is no load.
        wanted = ("JobComplete", rows, failed, rows - failed)
        if told != wanted:
            raise RuntimeError(f"the load came to {told}, not {wanted}")
        return seconds

    def copy(self, name, file):
        return self.timed(name, (f"\\copy sales FROM '{file}' CSV HEADER",))

    def timed(self, name, commands):
        begin = time.monotonic()
        self.cluster.psql(name, *commands)
        return time.monotonic() - begin

    def columns(self, name):
        return self.cluster.psql(
            name, "SELECT attname FROM pg_attribute WHERE attrelid = 'sales'::regclass AND attnum > 0 ORDER BY attnum"
        ).split()

    def on_new_database(self, body):
        """Makes a database with an empty table, checkpoints, runs the body on it and drops it."""
        self.count += 1
        name = f"bench{self.count}"
        self.cluster.psql("postgres", f"CREATE DATABASE {name}")
        self.cluster.psql(name, self.schema)
        self.cluster.psql(name, "CHECKPOINT")
        try:
            return body(name)
        finally:
            self.cluster.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def serve(self, name):
        return Server(self.program, self.cluster.url(name), self.folder / f"uploads-{name}")

    def say(self, text):
        print(f"bench: PostgreSQL: {text}", flush=True)
