"""Turns measurements into docs/benchmarks.md."""

import statistics

from . import notes


SECTIONS = ("SQLite", "PostgreSQL")


def page(sections, machine, existing, is_quick):
    """The whole page; a store that was not measured this time keeps its section of the existing page."""
    lines = ["# Benchmarks", ""]
    if is_quick:
        lines += ["**A quick run with small sizes: it shows that the measuring works, not how fast anything is.**", ""]
    lines += [
        "Written by `make bench`: paired runs in one go, ours and the reference by turns; medians. Ours is the whole way",
        "through HTTP: create, upload, close, until the job is complete, with one durable outcome for every record. Table and",
        "file are `breakbulk sample sales`: 10 columns, a primary key and a unique key in random order.",
        "",
    ]
    for name in SECTIONS:
        if name in sections:
            lines += [f"## {name}", "", "| | |", "|---|---|"]
            lines += [f"| {fact} | {value} |" for fact, value in machine.items()]
            lines += [""] + sections[name]
        else:
            lines += kept(existing, name)
    return "\n".join(lines).rstrip() + "\n"


def kept(page, name):
    """The section of that name in a page, nothing when there is none."""
    lines = page.split("\n")
    if f"## {name}" not in lines:
        return []
    begin = lines.index(f"## {name}")
    ends = [index for index in range(begin + 1, len(lines)) if lines[index].startswith("## ")]
    return lines[begin:ends[0] if ends else len(lines)]


def sqlite_section(results, sizes):
    lines = [
        "The reference is the `sqlite3` program with default settings on the same file and schema.",
        "",
        "### Insert and export",
        "",
        "| What | Reference | Ours | As fast as the reference | Wanted |",
        "|---|---|---|---|---|",
    ]
    rows = f"{sizes.rows:,}"
    lines.append(pair_row(f"Insert {rows}", results.clean, "at least 1.0, aim 1.5"))
    lines.append(pair_row(f"Export {rows} as CSV", results.export, "at least 1.0"))
    slower = results.dirty.ours_median / results.clean.ours_median
    lines += [
        "",
        f"With 1 % bad records the insert takes {results.dirty.ours_median:.2f} s: {slower:.2f} times the clean run "
        "(wanted: at most 1.15).",
        "",
        "### Growth",
        "",
        "| Records | Reference | Ours | As fast | Ours, µs a record | Beyond the reference's growth | Peak memory |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [scaling_row(point, results.scaling[0]) for point in results.scaling]
    lines += [
        "",
        "Beyond the reference's growth: time a record against the first line's, divided by the same of the reference",
        "(wanted: at most 1.3 from the first line to the last). Peak memory is the server's largest resident size, its page",
        "cache included (wanted: under 400 MB, and at ten million within 10 % of one million).",
        "",
        "### Waiting",
        "",
        "| What | Median | p99 | Worst | Wanted |",
        "|---|---|---|---|---|",
        waiting_row(
            "A job of 10 records, create to complete", results.latency_milliseconds, "median under 15 ms"),
        waiting_row(
            "A one-row write (create of a job) during a big job", results.during_milliseconds, "p99 under 250 ms"),
        "",
    ]
    return lines + notes.SQLITE


def postgres_section(results, sizes, settings):
    rows = f"{sizes.rows:,}"
    slower = results.dirty.ours_median / results.clean.ours_median
    shown = ", ".join(f"{name} {value}" for name, value in settings.items())
    return [
        f"The reference is `psql` on the same server (PostgreSQL {results.version}; {shown}), one node of ours beside it on",
        "the same machine.",
        "",
        "| What | Reference | Ours | As fast as the reference | Wanted |",
        "|---|---|---|---|---|",
        pair_row(f"Insert {rows}, against `\\copy`", results.clean, "at least 1.0, aim 1.5"),
        pair_row(
            f"Upsert {rows} existing rows, against `\\copy` into a staging table and one `INSERT … ON CONFLICT`",
            results.upsert, "at least 0.8"),
        pair_row(f"Export {rows} as CSV, against `\\copy (SELECT …) TO`", results.export, "at least 0.9"),
        "",
        f"With 1 % bad records the insert takes {results.dirty.ours_median:.2f} s: {slower:.2f} times the clean run "
        "(wanted: at most 1.3).",
        f"The node's peak memory was {results.peak_bytes / 1e6:.0f} MB (wanted: under 200 MB whatever the input).",
        "",
    ] + notes.POSTGRES


def stream_lines(results, reference):
    """The part of a store's section about bulk-process; `reference` is the program compared with."""
    rows, tenth = f"{results.rows:,}", f"{results.rows // 10:,}"
    (few, few_bytes), (many, many_bytes) = results.peak_few, results.peak_many
    lines = [
        "### Streams",
        "",
        "`POST /v1/orders/bulk-process` on `breakbulk sample orders` with rules for status, archive and lock, a line a record;",
        f"the reference is one statement of `{reference}` on the same table, its start included. Ours also writes a receipt for every",
        "record.",
        "",
        "| What | Reference | Ours | Times the reference | Wanted |",
        "|---|---|---|---|---|",
        slower_row(
            f"Status update of {tenth} of {rows}, all lines read, against `UPDATE … RETURNING id`", results.update,
            "at most 2.5" if reference == "sqlite3" else "at most 2.0"),
        slower_row(f"The first line of {tenth} by an index, against `SELECT count(*)`", results.metadata_indexed, "at most 1.2"),
        slower_row(f"The first line of {rows} by reading the table, the same", results.metadata_scanned, "at most 1.2"),
        "",
        "| From the first line to the first record's | Median | p99 | Worst | Wanted |",
        "|---|---|---|---|---|",
    ]
    lines += [waiting_row(f"A table of {size:,}", times, "under 50 ms") for size, times in results.first_line.items()]
    return lines + [
        "",
        f"Peak memory of the server: {few_bytes / 1e6:.0f} MB at {few:,} lines, {many_bytes / 1e6:.0f} MB at {many:,} lines "
        "of the same table (wanted: the same).",
        "",
    ]


def slower_row(name, pair, wanted):
    return (
        f"| {name} | {pair.reference_median * 1000:.0f} ms | {pair.ours_median * 1000:.0f} ms "
        f"| {1 / pair.speed_ratio:.2f} × | {wanted} |")


def stream_verdicts(results, store, times):
    """One line a promise: kept or not."""
    gaps = [gap for gaps in results.first_line.values() for gap in gaps]
    checks = [
        (f"status update at most {times} times UPDATE … RETURNING", 1 / results.update.speed_ratio <= times),
        ("metadata by an index at most 1.2 times count(*)", 1 / results.metadata_indexed.speed_ratio <= 1.2),
        ("metadata by reading the table at most 1.2 times count(*)", 1 / results.metadata_scanned.speed_ratio <= 1.2),
        ("first record within 50 ms", percentile(gaps, 99) <= 50),
        ("memory at many lines within 10 % of few", results.peak_many[1] <= 1.1 * results.peak_few[1]),
    ]
    return [f"{'kept  ' if is_kept else 'MISSED'}  {store}: {name}" for name, is_kept in checks]


def pair_row(name, pair, wanted):
    return (
        f"| {name} | {pair.reference_median:.2f} s | {pair.ours_median:.2f} s "
        f"| {pair.speed_ratio:.2f} × | {wanted} |")


def scaling_row(point, first):
    rows, pair, peak = point
    first_rows, first_pair, _ = first
    growth = (pair.ours_median / rows) / (first_pair.ours_median / first_rows)
    reference = (pair.reference_median / rows) / (first_pair.reference_median / first_rows)
    return (
        f"| {rows:,} | {pair.reference_median:.2f} s | {pair.ours_median:.2f} s | {pair.speed_ratio:.2f} × "
        f"| {pair.ours_median / rows * 1e6:.2f} | {growth / reference:.2f} | {peak / 1e6:.0f} MB |")


def waiting_row(name, times, wanted):
    if not times:
        return f"| {name} | - | - | - | {wanted} |"
    return (
        f"| {name} | {statistics.median(times):.1f} ms | {percentile(times, 99):.1f} ms "
        f"| {max(times):.1f} ms | {wanted} |")


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def sqlite_verdicts(results):
    """One line a promise: kept or not."""
    peaks = {rows: peak for rows, _, peak in results.scaling}
    checks = [
        ("insert no slower than .import", results.clean.speed_ratio >= 1),
        ("1 % bad at most 1.15 of clean", results.dirty.ours_median <= 1.15 * results.clean.ours_median),
        ("export no slower than sqlite3 -csv", results.export.speed_ratio >= 1),
        ("peak memory under 400 MB", max(peaks.values()) < 400e6),
        ("10 records in under 15 ms", statistics.median(results.latency_milliseconds) < 15),
        ("one-row writes p99 under 250 ms", percentile(results.during_milliseconds or [0], 99) < 250),
    ]
    if {1_000_000, 10_000_000} <= peaks.keys():
        checks.append(("memory at 10M within 10 % of 1M", peaks[10_000_000] <= 1.1 * peaks[1_000_000]))
    return [f"{'kept  ' if is_kept else 'MISSED'}  {name}" for name, is_kept in checks]


def postgres_verdicts(results):
    """One line a promise: kept or not."""
    checks = [
        ("PostgreSQL: insert no slower than \\copy", results.clean.speed_ratio >= 1),
        ("PostgreSQL: 1 % bad at most 1.3 of clean", results.dirty.ours_median <= 1.3 * results.clean.ours_median),
        ("PostgreSQL: upsert at least 0.8", results.upsert.speed_ratio >= 0.8),
        ("PostgreSQL: export at least 0.9", results.export.speed_ratio >= 0.9),
        ("PostgreSQL: peak memory under 200 MB", results.peak_bytes < 200e6),
    ]
    return [f"{'kept  ' if is_kept else 'MISSED'}  {name}" for name, is_kept in checks]
