package import BulkModel
package import Formats
package import Planning

/// A store for work on single records that is done while the caller waits.
///
/// What it promises beyond the signatures is the suite in `StoreConformance`.
package protocol RecordStore: Store {
    /// Runs `body` on the store's own executor in one durable transaction, and commits or undoes it as `body` says. When the
    /// database asks for it (deadlock, serialization), or the store is busy for a moment, `body` runs again from its start on
    /// a fresh transaction, so it must have no effect but through its session.
    func transact<Value: Sendable>(
        _ body: @escaping @Sendable (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) async throws(StoreError) -> Value

    /// Records in order, from one snapshot, without a transaction of the caller's.
    func records(_ query: RecordQuery) async throws(StoreError) -> RowSet
}

/// What is to become of a transaction.
package enum RecordWork<Value: Sendable>: Sendable {
    case commit(Value)
    /// Everything is undone; the value is given all the same.
    case undo(Value)
}

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

/// A place in a transaction that it can be undone to.
package struct RecordMark: Hashable, Sendable {
    /// Counted from 1 within the transaction.
    package let number: Int

    package init(number: Int) { self.number = number }
}

/// What became of the records of one `RecordSession.write`.
package struct WrittenRecords: Sendable {
    /// One for each record of the batch.
    package var actions: [RecordAction]
    /// Rising by index (from 0 in the batch); exactly the records whose action is `error`.
    package var faults: [RecordFault]
    /// One for each record: what the database made, else what the batch says; nil for failed ones whose key is not known.
    package var keys: [RecordKey?]

    package init(actions: [RecordAction], faults: [RecordFault], keys: [RecordKey?]) {
        self.actions = actions
        self.faults = faults
        self.keys = keys
    }
}
