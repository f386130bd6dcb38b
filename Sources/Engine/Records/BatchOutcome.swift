package import BulkModel

/// What became of a batch.
package struct BatchOutcome: Sendable {
    /// One for each operation, in request order.
    package var results: [BatchResult]
    /// Nothing of it stands: it was atomic, and an operation failed or time ran out.
    package var isUndone: Bool
    package var duration: Duration
    /// The job that the batch became, when it was to be one.
    package var job: Job?
    /// By table: the column that identifies its records, where there is one.
    package var keyColumns: [String: String]

    package init(
        results: [BatchResult], isUndone: Bool, duration: Duration, job: Job?,
        keyColumns: [String: String] = [:]
    ) {
        self.results = results
        self.isUndone = isUndone
        self.duration = duration
        self.job = job
        self.keyColumns = keyColumns
    }
}

/// What became of one operation.
package enum BatchResult: Sendable {
    /// It was done; `record` is the record afterwards as a JSON object, empty for a deleted one.
    case done(RecordAction, record: [UInt8])
    /// Read without change.
    case read(record: [UInt8])
    /// A page of records; `items` are the list's parameters, references resolved.
    case listed(RecordPage, items: [ListReading.Item])
    /// Refused: VALIDATION_ERROR with every faulty field in `details`, or what the rules and the database say.
    case failed(Refusal)
    /// Behind a failed operation, or dependent on one (NOT_ATTEMPTED).
    case notAttempted
    /// Done and undone, because another one failed (ROLLED_BACK).
    case rolledBack
    /// The batch's time was over before its turn (TIMEOUT).
    case timedOut
}
