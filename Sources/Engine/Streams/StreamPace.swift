import BulkModel

/// How fast one stream tells, and when it may be over; pure.
struct StreamPace: Sendable {
    /// When the stream began, and how many records its reader had already.
    let begunAt: Duration
    let behind: Int

    /// The checkpoint at `counts.processed` records, now; `isOver`: nothing follows.
    func progress(_ counts: JobCounts, isOver: Bool, now: Duration) -> StreamProgress {
        let record = counts.processed
        var progress = StreamProgress(record: record, counts: counts)
        progress.percentage = isOver ? 100 : min(99, record * 100 / max(1, counts.read))
        let seconds = (now - begunAt) / .seconds(1)
        guard seconds > 0, record > behind else { return progress }
        let rate = Double(record - behind) / seconds
        progress.recordsPerSecond = rate
        progress.secondsRemaining = isOver ? 0 : Double(max(0, counts.read - record)) / rate
        return progress
    }
}
