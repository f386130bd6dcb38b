"""The measurements of the product's promise, each a pair of ours and a reference where there is one."""

import dataclasses
import pathlib
import statistics
import subprocess
import threading
import time

from .server import Client, Server


@dataclasses.dataclass
class Sizes:
    runs: int
    rows: int
    scaling: list
    latency_jobs: int
    big_job_rows: int

    @staticmethod
    def full():
        return Sizes(5, 1_000_000, [10_000, 100_000, 1_000_000, 10_000_000], 100, 3_000_000)

    @staticmethod
    def quick():
        return Sizes(2, 20_000, [1_000, 10_000], 20, 100_000)


@dataclasses.dataclass
class Pair:
    """Seconds of each run; the reference may be missing."""

    ours: list
    reference: list

    @property
    def ours_median(self):
        return statistics.median(self.ours)

    @property
    def reference_median(self):
        return statistics.median(self.reference) if self.reference else None

    @property
    def speed_ratio(self):
        """How many times as fast as the reference."""
        return self.reference_median / self.ours_median if self.reference else None


@dataclasses.dataclass
class Results:
    clean: Pair
    dirty: Pair
    scaling: list
    export: Pair
    latency_milliseconds: list
    during_milliseconds: list


def load(server, file, operation="insert"):
    """Create, upload, close, complete; gives the job, the seconds it took and the server's peak memory."""
    client = Client(server)
    begin = time.monotonic()
    job = client.create(operation=operation, object="sales", content_type="CSV")
    with open(file, "rb") as body:
        client.upload(job, body, file.stat().st_size)
    view = client.finish(job)
    seconds = time.monotonic() - begin
    peak = server.peak_bytes()
    client.close()
    return view, seconds, peak


def export(server, output, rows):
    """Create, close, complete, download; gives the seconds it took."""
    client = Client(server)
    begin = time.monotonic()
    job = client.create(operation="query", object="sales", content_type="CSV")
    view = client.finish(job)
    if view["state"] != "JobComplete":
        raise RuntimeError(f"the export came to {view}")
    client.download(job, output)
    seconds = time.monotonic() - begin
    client.close()
    with open(output, "rb") as lines:
        count = sum(1 for _ in lines)
    if count != rows + 1:
        raise RuntimeError(f"the export has {count} lines, not {rows + 1}")
    return seconds


def sample(program, path, rows, bad=0, seed=1):
    with open(path, "wb") as file:
        subprocess.run(
            [str(program), "sample", "sales", "--rows", str(rows), "--bad", str(bad), "--first-id", "1",
             "--seed", str(seed)],
            check=True, stdout=file)
    return path


class Bench:
    def __init__(self, program, folder, sizes):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.schema = subprocess.run(
            [str(program), "sample", "sales", "--schema"], check=True, capture_output=True, text=True).stdout
        self.count = 0

    def run(self):
        clean, dirty = self.inserts()
        return Results(
            clean=clean, dirty=dirty, scaling=self.scaling(), export=self.export(),
            latency_milliseconds=self.latency(), during_milliseconds=self.during_a_big_job())

    # Inserts

    def inserts(self):
        clean_file = self.sample(self.sizes.rows)
        dirty_file = self.sample(self.sizes.rows, bad=1)
        clean, dirty = Pair([], []), Pair([], [])
        for number in range(1, self.sizes.runs + 1):
            self.say(f"insert {self.sizes.rows:,}, run {number}")
            clean.reference.append(self.import_reference(clean_file))
            clean.ours.append(self.insert(clean_file, self.sizes.rows, failed=0)[0])
            seconds = self.insert(dirty_file, self.sizes.rows, failed=self.sizes.rows // 100)[0]
            dirty.ours.append(seconds)
        dirty.reference = list(clean.ours)
        self.remove(clean_file, dirty_file)
        return clean, dirty

    def scaling(self):
        points = []
        for rows in self.sizes.scaling:
            # The largest takes minutes: once is enough to see whether memory or time grow out of line.
            runs = 1 if rows > 1_000_000 else min(3, self.sizes.runs)
            file = self.sample(rows)
            pair, peaks = Pair([], []), []
            for number in range(1, runs + 1):
                self.say(f"scaling {rows:,}, run {number}")
                pair.reference.append(self.import_reference(file))
                seconds, peak = self.insert(file, rows, failed=0)
                pair.ours.append(seconds)
                peaks.append(peak)
            self.remove(file)
            points.append((rows, pair, max(peaks)))
        return points

    def insert(self, file, rows, failed):
        """Create, upload, close, complete through HTTP; gives seconds and the server's peak memory."""
        database = self.new_database()
        with self.serve(database) as server:
            view, seconds, peak = load(server, file)
        self.check(view, rows, failed, database)
        self.remove_database(database)
        return seconds, peak

    def check(self, view, rows, failed, database):
        """A fast load that lost a record is no load."""
        counted = int(self.sqlite(database, "SELECT count(*) FROM sales;"))
        told = (view["state"], view["number_records_processed"], view["number_records_failed"], counted)
        wanted = ("JobComplete", rows, failed, rows - failed)
        if told != wanted:
            raise RuntimeError(f"the load came to {told}, not {wanted}")

    def import_reference(self, file):
        database = self.new_database()
        begin = time.monotonic()
        self.sqlite(database, f".import --csv --skip 1 {file} sales\n")
        seconds = time.monotonic() - begin
        self.remove_database(database)
        return seconds

    # Exports

    def export(self):
        database = self.new_database()
        file = self.sample(self.sizes.rows)
        self.sqlite(database, f".import --csv --skip 1 {file} sales\n")
        self.remove(file)
        pair = Pair([], [])
        output = self.folder / "export.csv"
        with self.serve(database) as server:
            for number in range(1, self.sizes.runs + 1):
                self.say(f"export {self.sizes.rows:,}, run {number}")
                pair.reference.append(self.export_reference(database, output))
                pair.ours.append(export(server, output, self.sizes.rows))
        self.remove(output)
        self.remove_database(database)
        return pair

    def export_reference(self, database, output):
        begin = time.monotonic()
        with open(output, "wb") as file:
            subprocess.run(
                ["sqlite3", "-csv", "-header", str(database), "SELECT * FROM sales;"], check=True, stdout=file)
        return time.monotonic() - begin

    # Latency

    def latency(self):
        """Ten records from create to complete, one job after another."""
        self.say("small jobs")
        database = self.new_database()
        with self.serve(database) as server:
            client = Client(server)
            times = [self.small_job(client, number, rows=10) for number in range(self.sizes.latency_jobs)]
            client.close()
        self.remove_database(database)
        return times

    def during_a_big_job(self):
        """How long one-row writes (creates of jobs) take while a big job runs; the first try is the connection's."""
        self.say("one-row writes during a big job")
        database = self.new_database()
        file = self.sample(self.sizes.big_job_rows)
        times = []
        with self.serve(database) as server:
            client = Client(server)
            job = client.create(operation="insert", object="sales", content_type="CSV")
            with open(file, "rb") as body:
                client.upload(job, body, file.stat().st_size)
            done = threading.Event()

            def finish():
                try:
                    client.finish(job)
                finally:
                    done.set()

            waiter = threading.Thread(target=finish)
            waiter.start()
            writer = Client(server)
            while not done.is_set():
                begin = time.monotonic()
                small = writer.create(operation="insert", object="sales", content_type="CSV")
                times.append((time.monotonic() - begin) * 1000)
                # Unfinished jobs are limited, so each is ended again.
                writer.call("PATCH", f"/v1/bulk/jobs/{small}", {"state": "Aborted"})
                time.sleep(0.005)
            waiter.join()
            writer.close()
            client.close()
        self.remove(file)
        self.remove_database(database)
        return times

    def small_job(self, client, number, rows):
        body = subprocess.run(
            [str(self.program), "sample", "sales", "--rows", str(rows), "--first-id", str(1 + number * rows)],
            check=True, capture_output=True).stdout
        begin = time.monotonic()
        job = client.create(operation="insert", object="sales", content_type="CSV")
        client.upload(job, body, len(body))
        view = client.finish(job)
        milliseconds = (time.monotonic() - begin) * 1000
        if view["number_records_processed"] != rows or view["number_records_failed"] != 0:
            raise RuntimeError(f"a small job came to {view}")
        return milliseconds

    # Files

    def serve(self, database):
        return Server(self.program, f"sqlite:{database}", self.folder / "uploads")

    def new_database(self):
        self.count += 1
        database = self.folder / f"bench-{self.count}.db"
        self.sqlite(database, self.schema)
        return database

    def sqlite(self, database, script):
        done = subprocess.run(
            ["sqlite3", str(database)], input=script, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def sample(self, rows, bad=0):
        self.count += 1
        return sample(self.program, self.folder / f"sample-{self.count}.csv", rows, bad)

    def remove(self, *paths):
        for path in paths:
            pathlib.Path(path).unlink(missing_ok=True)

    def remove_database(self, database):
        for ending in ("", "-wal", "-shm", "-breakbulk.lock"):
            pathlib.Path(f"{database}{ending}").unlink(missing_ok=True)
        uploads = self.folder / "uploads"
        for path in sorted(uploads.rglob("*"), reverse=True) if uploads.exists() else []:
            path.rmdir() if path.is_dir() else path.unlink()

    def say(self, text):
        print(f"bench: {text}", flush=True)
