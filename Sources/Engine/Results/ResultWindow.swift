import BulkModel

/// Which records of a job a page of results shows.
struct ResultWindow: Hashable, Sendable {
    /// Numbers of the records to look at; those of them that are in the part are shown.
    var records: Range<Int>
    /// How many are shown, when known.
    var count: Int?
    /// Where the next page begins, nil when this is the last one.
    var nextRecord: Int?

    /// All records that the part can hold. Until the job has ended those from its checkpoint on are in no part but
    /// `unprocessed`, and there only while they have no outcome.
    init(_ part: ResultRequest.Part, of job: Job, from first: Int) {
        let end = job.counts.read + 1
        let isOver = job.state.isTerminal
        let bounds =
            switch part {
            case .all: 1..<(isOver ? end : job.nextRecord)
            case .failed, .successful: 1..<(isOver ? job.outcomesEnd : job.nextRecord)
            case .unprocessed: min(job.nextRecord, end)..<end
            }
        records = min(max(first, bounds.lowerBound), bounds.upperBound)..<bounds.upperBound
        count = Self.count(part, of: job, in: records, isWhole: records.lowerBound == bounds.lowerBound)
    }

    /// Ends the window after `recordsMax` records, for parts that hold every record of the window.
    mutating func cut(after recordsMax: Int) {
        guard records.count > recordsMax else { return }
        records = records.lowerBound..<(records.lowerBound + recordsMax)
        count = recordsMax
        nextRecord = records.upperBound
    }

    private static func count(
        _ part: ResultRequest.Part, of job: Job, in records: Range<Int>, isWhole: Bool
    ) -> Int? {
        // With outcomes beyond the checkpoint the counters say how many there are once no more are added.
        let isCounted = isWhole && (job.state.isTerminal || !job.hasGaps)
        return switch part {
        case .all: records.count
        case .unprocessed where !job.hasGaps: records.count
        case .unprocessed: isCounted ? job.counts.unprocessed : nil
        case .failed: isCounted ? job.counts.failed : nil
        case .successful: isCounted ? job.counts.succeeded : nil
        }
    }
}
