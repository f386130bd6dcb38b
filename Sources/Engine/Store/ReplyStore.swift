package import BulkModel

/// A store that keeps answers to requests with an idempotency key.
///
/// While a request is being answered its key is locked (`NodeLockName.reply`), so that no row says so: a node that dies
/// leaves none behind. A lock may be lost while its request goes on, so work that keeps its answer with itself is undone
/// (`keyTaken`) when another node was faster: no key's work stands twice. What it promises beyond the signatures is the suite in `StoreConformance`.
package protocol ReplyStore: Store {
    /// The kept answer, nil when there is none.
    func reply(to key: ReplyKey) async throws(StoreError) -> StoredReply?

    /// Keeps the answer, durably; the first one kept for a key stays, and a later one is no error: its work is done.
    func save(_ reply: StoredReply) async throws(StoreError)

    /// As `Store.change`, and keeps the answer in the same transaction, unless `change` refuses. Throws `keyTaken`, and
    /// changes nothing, when the key has an answer already.
    func change(
        _ id: JobID, saving reply: StoredReply, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal>

    /// Removes answers made before this time, at most `limit`; gives how many.
    func sweepReplies(before time: Timestamp, limit: Int) async throws(StoreError) -> Int
}
