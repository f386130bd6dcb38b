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
