package import BulkModel
package import Planning

/// One transaction over the records of tables; used on its store's executor only, and never kept.
package protocol RecordSession: AnyObject {
    /// How each record stands, in the order of the keys; `exists` is false where the caller has no such record (another
    /// tenant's, or marked as deleted). On PostgreSQL the transaction sees one snapshot, so what is written next is what was
    /// looked at.
    func look(_ keys: [RecordKey], of target: RecordTarget, at now: Timestamp) throws(StoreError)
        -> [SelectedRecord]

    /// Writes a batch of records by its plan; records that the database refuses become faults, their neighbours stay. Faults
    /// that the batch has already are given back among the others.
    func write(_ batch: BoundBatch, by plan: Plan) throws(StoreError) -> WrittenRecords

    /// The records of these keys, in their order and as often as they are named; those that are not the caller's are left
    /// out (`RowSet.indices` says which are there).
    func rows(_ keys: [RecordKey], of target: RecordTarget) throws(StoreError) -> RowSet

    /// Records in order, as the transaction sees them. Throws `selectionRefused` for a filter that the database refuses; the
    /// transaction goes on.
    func page(_ query: RecordQuery) throws(StoreError) -> RowSet

    /// Marks where `undo(to:)` goes back to; marks may nest.
    func mark() throws(StoreError) -> RecordMark

    /// Undoes what was written since the mark; the mark stays.
    func undo(to mark: RecordMark) throws(StoreError)

    /// Adds a job that has ended already, with its events, its receipt, and what was asked.
    func insert(_ job: Job, receipt: ChunkReceipt?) throws(StoreError)

    /// Keeps the answer to the request that this transaction does. Throws `keyTaken` when its key has one already, of this
    /// transaction or another: the body must throw it on, so that its work is undone.
    func save(_ reply: StoredReply) throws(StoreError)
}
