import BulkModel

extension EngineCore {
    /// As `Store.change`; where an answer is given and the store keeps answers, it is kept in the very transaction.
    func change(
        _ id: JobID, saving reply: StoredReply?, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal> {
        guard let reply, let replies = store as? any ReplyStore else {
            return try await store.change(id, change)
        }
        return try await replies.change(id, saving: reply, change)
    }
}
