import BulkModel
import Engine
import GRDB
import GRDBSQLite
import Planning

/// One transaction over records.
///
/// Used on the writer's queue only, and of no use once the transaction is over.
final class RecordTransaction: RecordSession {
    /// Why the transaction cannot be committed and is to be run again.
    private(set) var lesson: RecordAttempt.Lesson?
    private let db: Database
    private let connection: OpaquePointer
    private let chunkWriter: ChunkWriter
    private let attempt: RecordAttempt
    private var writers: [TableWriter] = []
    private var writeCount = 0
    private var markCount = 0
    private static let writersMax = 16

    init(_ db: Database, chunkWriter: ChunkWriter, attempt: RecordAttempt) throws(StoreError) {
        guard let connection = db.sqliteConnection else { throw StoreError(.failed, "the store is closed") }
        self.db = db
        self.connection = connection
        self.chunkWriter = chunkWriter
        self.attempt = attempt
    }

    /// True while a reference without a record keeps the transaction from committing.
    var hasUnresolvedReferences: Bool { TableWriter.hasUnresolvedReferences(on: connection) }

    func look(
        _ keys: [RecordKey], of target: RecordTarget, at now: Timestamp
    ) throws(StoreError) -> [SelectedRecord] {
        try check()
        let rows = OwnRows(target)
        var records: [SelectedRecord] = []
        for key in keys {
            records.append(try chunkWriter.reader.record(key, of: rows, at: now, on: connection))
        }
        return records
    }

    func write(_ batch: BoundBatch, by plan: Plan) throws(StoreError) -> WrittenRecords {
        try check()
        writeCount += 1
        let ending = try SQLiteFailure.translated {
            let run = RecordRun(
                batch: batch, number: writeCount, writer: try tableWriter(for: batch, by: plan),
                attempt: attempt)
            return try BatchView.with(batch) { try run.ending(over: $0) }
        }
        switch ending {
        case .through(let written): return written
        case .lost(let index, let fault):
            lesson = .lost(write: writeCount, index: index, fault)
            throw Self.over
        }
    }

    func rows(_ keys: [RecordKey], of target: RecordTarget) throws(StoreError) -> RowSet {
        try check()
        let sql = RowSQL(OwnRows(target))
        var builder = RowSetBuilder(columns: target.table.columns)
        for (index, key) in keys.enumerated() {
            let find = sql.find(key)
            let statement = try chunkWriter.reader.statement(find.sql) { () throws(StoreError) in
                try PreparedStatement(find.sql, on: connection)
            }
            statement.bind(find.values)
            defer { statement.reset() }
            if try statement.nextRow() { builder.append(statement, index: index) }
        }
        return builder.rowSet
    }

    func page(_ query: RecordQuery) throws(StoreError) -> RowSet {
        try check()
        let reader = try RecordPageReader(query)
        let meter = QueryMeter(durationMax: Self.pageDurationMax)
        meter.watch(connection)
        defer { withExtendedLifetime(meter) { sqlite3_progress_handler(connection, 0, nil, nil) } }
        do throws(StoreError) {
            return try reader.rows(on: connection)
        } catch {
            throw meter.isOverTime ? Self.longPage : error
        }
    }

    /// Nobody else can write while a list of a batch is read.
    private static let pageDurationMax = Duration.seconds(5)

    private static let longPage = StoreError(
        .queryLimit,
        "the list takes too long within a batch, where nobody else can write meanwhile; narrow it, or list in a "
            + "request of its own")

    func mark() throws(StoreError) -> RecordMark {
        try check()
        markCount += 1
        try PreparedStatement("SAVEPOINT breakbulk_mark_\(markCount)", on: connection).run()
        return RecordMark(number: markCount)
    }

    func undo(to mark: RecordMark) throws(StoreError) {
        try check()
        try PreparedStatement("ROLLBACK TO breakbulk_mark_\(mark.number)", on: connection).run()
    }

    func insert(_ job: Job, receipt: ChunkReceipt?) throws(StoreError) {
        try check()
        try SQLiteFailure.translated {
            try JobTable.save(job, replacing: nil, db)
            guard let receipt else { return }
            try chunkWriter.keep(receipt, SQLiteStore.sequence(of: job.id, db), db)
        }
    }

    func save(_ reply: StoredReply) throws(StoreError) {
        try check()
        try SQLiteFailure.translated { try ReplyRow.claim(reply, db) }
    }

    /// Without its transaction each statement would commit by itself.
    private func check() throws(StoreError) {
        guard lesson == nil, db.isInsideTransaction else { throw Self.over }
    }

    private static let over = StoreError(.busy, "the transaction is over; it is to be run again")

    private func tableWriter(for batch: BoundBatch, by plan: Plan) throws -> TableWriter {
        if let known = writers.last(where: { $0.fits(batch, by: plan) }) { return known }
        let writer = try TableWriter(plan: plan, columns: batch.columns, connection: connection)
        if writers.count == Self.writersMax { writers.removeFirst() }
        writers.append(writer)
        return writer
    }
}
