package import BulkModel

extension BulkEngine {
    /// Does the batch and answers for each operation. Refuses it whole only for what is wrong with all of it (duplicate ids,
    /// forward references, unknown `dependsOn`); an operation's own fault is its result. `reply`, when given, makes the
    /// answer that is kept in the very transaction that does the work; it may be called several times.
    package func perform(
        _ request: BatchRequest, by caller: Caller,
        reply: (@Sendable (BatchOutcome) -> StoredReply?)? = nil
    ) async throws(Refusal) -> BatchOutcome {
        try await refusing("perform") {
            try await BatchDriver(core: core, caller: caller).run(request, reply: reply)
        }
    }

    /// A page of the table's records that match, the caller's only; TABLE_NOT_FOUND when there is no such table or the
    /// caller may not use it.
    package func list(
        _ reading: ListReading, of table: String, by caller: Caller
    ) async throws(Refusal) -> RecordPage {
        try await refusing("list") {
            try await RecordLister(core: core, caller: caller).page(of: table, reading)
        }
    }
}
