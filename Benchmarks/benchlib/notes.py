"""Words beside the figures: where the time goes and what was tried. Written by hand; the figures are not."""

SQLITE = [
    "### Where the time goes",
    "",
    "- *Insert*: index upkeep, on both sides: without the two keys the loader itself is about three times as fast. Applying a chunk in",
    "  the order of one key was tried and dropped, the other tree loses what it gains.",
    "- *1 % bad*: a record that is refused costs its words and a row of its own in `breakbulk_errors`. The ratio moves between 1.0",
    "  and 1.25 from run to run on a shared machine.",
    "- *Export*: the rows are written to a result file and then sent, so that any page of it can be had again. A page is written while",
    "  the next is read, and sent while the next is read off the file.",
    "- *A job of ten records*: it commits at create, upload, close and end, and each waits for the disk; the server works for about",
    "  10 ms, spread over twelve short transactions.",
    "",
]

POSTGRES = [
    "### Where the time goes",
    "",
    "- *1 % bad*: the first refused chunk of a job is tried in vain. From then on the rules that were broken are looked for before the",
    "  COPY: a narrow staging table (5 % of a chunk's time), an index probe (18 %), twins within the chunk (8 %), checks (2 %).",
    "  Tried and dropped: everything through staging with `INSERT … ON CONFLICT DO NOTHING` (1.6 times a COPY).",
    "- *Upsert*: COPY into staging, then the UPDATE, which is most of it. The next chunk is decoded and staged while one is applied, and",
    "  waits for it, so that the records of a key stay in file order; the reference is one statement. What helped besides: no join",
    "  over lists of numbers (the planner took each record for many rows), pages priced as cached, no compiling.",
    "- *Export*: the rows are written to a result file and then sent, so that any page of it can be had again. A page is written while",
    "  the next is read, and sent while the next is read off the file.",
    "",
]

BATCHES = [
    "- *Single POSTs*: each commits and waits for the disk, and looks up its key; a batch does that once.",
    "- *Listeners*: what they cost is mostly writing their events, on a machine whose two cores also read them; 200 are told once a",
    "  second each.",
    "",
]
