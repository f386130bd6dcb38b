import BulkModel

extension StreamOptions {
    /// Refuses numbers that are out of their bounds.
    func check(_ limits: Limits) throws(Refusal) {
        if let chunkRecords, !(1...limits.streamChunkRecordsMax).contains(chunkRecords) {
            throw Refusal(
                .invalidRequest, issue: "chunk_records",
                "A chunk of a stream holds 1 to \(limits.streamChunkRecordsMax) records.")
        }
        if let errorsMax, errorsMax < 1 {
            throw Refusal(.invalidRequest, issue: "errors_max", "A stream stops at its first error or later.")
        }
        if let recordsMax, recordsMax < 0 {
            throw Refusal(.invalidRequest, issue: "max_affected", "No stream has less than 0 records.")
        }
        if let limit, limit < 1 {
            throw Refusal(.invalidRequest, issue: "limit", "A limit lets 1 record through or more.")
        }
    }

    /// Of so many selected records, those that the limit lets through.
    func limited(_ count: Int) -> Int { min(count, limit ?? .max) }

    /// Refuses to resume what was `begun` in a way that a server that finds it without a reader would not keep to: it knows
    /// the options that the operation was begun with, and no others.
    func check(begun: StreamOptions) throws(Refusal) {
        guard runsOnAlone == begun.runsOnAlone else {
            let manner = begun.runsOnAlone ? "to go on without a reader" : "to stop with its reader"
            throw Refusal(
                .invalidRequest, issue: "other_request",
                "The operation was begun \(manner), and stays so; resume it as it was begun, or with the cursor alone."
            )
        }
        guard runsOnAlone else { return }
        guard (errorsMax ?? .max) >= (begun.errorsMax ?? .max),
            (recordsMax ?? .max) >= (begun.recordsMax ?? .max)
        else {
            throw Refusal(
                .invalidRequest, issue: "other_request",
                "An operation that goes on without a reader allows no fewer errors or records when it is resumed; "
                    + "resume it as it was begun, or with the cursor alone.")
        }
    }
}
