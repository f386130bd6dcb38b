import BulkModel
import Engine
import Planning

/// One transaction over single records, on the queue of its connection.
final class PostgresRecordSession: RecordSession {
    /// A table as it is in this transaction.
    private struct Known {
        let table: PostgresTable
        let types: ComparisonTypes
    }

    private let session: Session
    private let catalog: CatalogReader
    private let habits = WriteHabits()
    private var tables: [String: Known] = [:]
    private var markCount = 0
    /// What the server refused a call with, where the whole transaction again may succeed.
    private(set) var conflict: ServerFailure?

    /// `session` is in the transaction.
    init(_ session: Session, catalog: CatalogReader) {
        self.session = session
        self.catalog = catalog
    }

    func look(_ keys: [RecordKey], of target: RecordTarget, at now: Timestamp) throws(StoreError)
        -> [SelectedRecord]
    {
        try noting { try listed(keys, target).look(at: now) { _ in true } }
    }

    func write(_ batch: BoundBatch, by plan: Plan) throws(StoreError) -> WrittenRecords {
        try noting {
            let table = try known(plan.table.name).table
            return try BatchView.with(batch) { view in
                let target = ChunkTarget(plan, batch, table: table, view: view, session: session)
                return try RecordWriter(target: target, habits: habits).run()
            }
        }
    }

    func rows(_ keys: [RecordKey], of target: RecordTarget) throws(StoreError) -> RowSet {
        try noting {
            let reader = RowSetReader(columns: target.table.columns, first: 1)
            let found = try listed(keys, target).find(Array(keys.indices)) { _ in reader.select }
            guard let found else {
                return RowSet(columns: reader.columns, bytes: [], values: [], indices: [])
            }
            return try reader.rowSet(found.rows, indices: (0..<found.rows.count).map { found.index($0) })
        }
    }

    func page(_ query: RecordQuery) throws(StoreError) -> RowSet {
        try noting {
            let known = try known(query.target.table.name)
            return try RecordPageReader(
                query: query, table: known.table, types: known.types, session: session
            ).rowsInTransaction()
        }
    }

    func mark() throws(StoreError) -> RecordMark {
        let mark = RecordMark(number: markCount + 1)
        try noting { try session.run("SAVEPOINT \(Self.savepoint(mark))") }
        markCount += 1
        return mark
    }

    func undo(to mark: RecordMark) throws(StoreError) {
        try noting { try session.run("ROLLBACK TO SAVEPOINT \(Self.savepoint(mark))") }
    }

    func insert(_ job: Job, receipt: ChunkReceipt?) throws(StoreError) {
        try noting {
            try JobWriter.write(job, since: nil, session)
            if let receipt { try PostgresStore.insert(receipt, of: job.id, session) }
        }
    }

    func save(_ reply: StoredReply) throws(StoreError) {
        try noting { try PostgresStore.claim(reply, session) }
    }

    private static func savepoint(_ mark: RecordMark) -> String { "breakbulk_mark_\(mark.number)" }

    private func listed(_ keys: [RecordKey], _ target: RecordTarget) throws -> ListedRecords {
        let known = try known(target.table.name)
        let sql = SelectionSQL(RecordScope(target), known.table, known.types)
        return ListedRecords(sql: sql, session: session, keys: keys)
    }

    private func known(_ name: String) throws -> Known {
        if let known = tables[name] { return known }
        let table = try catalog.table(name, session)
        let known = Known(table: table, types: try ComparisonTypes(table, session))
        tables[name] = known
        return known
    }

    /// Runs the call, and notes when it fails for what another try may not meet.
    private func noting<Value>(_ call: () throws -> Value) throws(StoreError) -> Value {
        do { return try call() } catch {
            if let failure = error as? ServerFailure, failure.isConflict || failure.isStalePlan {
                conflict = failure
            }
            throw ServerFailure.storeError(error)
        }
    }
}
