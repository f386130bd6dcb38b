package import Engine
import GRDB
package import Planning

extension SQLiteStore: RecordStore {
    /// A transaction that finds the database busy is tried so often; each try waits for `StoreTuning.busyTimeout`.
    private static let triesMax = 3

    package func transact<Value: Sendable>(
        _ body: @escaping @Sendable (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) async throws(StoreError) -> Value {
        for _ in 1..<Self.triesMax {
            let outcome = await tried(body)
            if case .failure(let error) = outcome, error.code == .busy { continue }
            return try outcome.get()
        }
        return try await tried(body).get()
    }

    package func records(_ query: RecordQuery) async throws(StoreError) -> RowSet {
        try await read { db in
            guard let connection = db.sqliteConnection else {
                throw StoreError(.failed, "the store is closed")
            }
            return try RecordPageReader(query).rows(on: connection)
        }
    }

    private func tried<Value: Sendable>(
        _ body: @escaping @Sendable (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) async -> Result<Value, StoreError> {
        waitingWriters.enter()
        return await outcome { [waitingWriters, chunkWriter, gauge] db in
            waitingWriters.leave()
            let value = try Self.durably(db) {
                var attempt = RecordAttempt()
                while true {
                    if let value = try Self.value(of: body, &attempt, chunkWriter, db) { return value }
                }
            }
            gauge.copyIfDue(db)
            return value
        }
    }

    /// One transaction; nil when it was rolled back and is to be run again as `attempt` then says.
    private static func value<Value>(
        of body: (any RecordSession) throws(StoreError) -> RecordWork<Value>,
        _ attempt: inout RecordAttempt, _ chunkWriter: ChunkWriter, _ db: Database
    ) throws -> Value? {
        try db.beginTransaction(.immediate)
        // The first error tells the cause; a transaction that cannot be rolled back is gone already.
        defer { if db.isInsideTransaction { try? db.rollback() } }
        let session = try RecordTransaction(db, chunkWriter: chunkWriter, attempt: attempt)
        let work = Result { () throws(StoreError) in try body(session) }
        if let lesson = session.lesson {
            try attempt.learn(lesson)
            return nil
        }
        switch try work.get() {
        case .undo(let value): return value
        case .commit(let value):
            guard attempt.resolvesEachRecord || !session.hasUnresolvedReferences else {
                try attempt.learn(.unresolved)
                return nil
            }
            try db.commit()
            return value
        }
    }
}
