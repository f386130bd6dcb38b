import BulkModel

extension Job {
    /// True when records beyond the checkpoint have outcomes: then some between have none.
    var hasGaps: Bool { counts.processed >= nextRecord }

    /// Number of a record from which on none has an outcome.
    var outcomesEnd: Int { hasGaps ? counts.read + 1 : nextRecord }
}
