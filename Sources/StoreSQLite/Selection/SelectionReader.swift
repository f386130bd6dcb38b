import BulkModel
import Engine
import Planning

/// Finds the records of selection chunks: statements prepared once and kept, the latest used last.
///
/// Used on the writer's queue only, and not after the connection is closed.
final class SelectionReader {
    private var statements: [(sql: String, statement: PreparedStatement)] = []
    private static let statementsMax = 16

    func forgetStatements() { statements = [] }

    /// The chunk's records as the open transaction sees them.
    func records(of chunk: SelectionChunk, on connection: OpaquePointer) throws(StoreError)
        -> [SelectedRecord]
    {
        switch chunk.plan.scope {
        case .matching(let condition):
            guard chunk.bound.lastKey != nil else { return [] }
            let statement = try walk(condition, of: chunk, on: connection)
            defer { statement.reset() }
            var records: [SelectedRecord] = []
            while try statement.nextRow() {
                if let record = try Self.record(statement, standing: chunk.plan.standing) {
                    records.append(record)
                }
            }
            return records
        case .listed(let ids):
            var records: [SelectedRecord] = []
            for id in ids.dropFirst(chunk.firstRecord - 1).prefix(max(1, chunk.recordsMax)) {
                records.append(
                    try record(id, of: OwnRows(chunk.plan), at: chunk.now, on: connection))
            }
            return records
        }
    }

    /// The record as the open transaction sees it.
    func record(
        _ id: RecordKey, of rows: OwnRows, at now: Timestamp, on connection: OpaquePointer
    ) throws(StoreError) -> SelectedRecord {
        let find = SelectionSQL(rows).find(id, now: now)
        let statement = try statement(find.sql) { () throws(StoreError) in
            try PreparedStatement(find.sql, on: connection)
        }
        statement.bind(find.values)
        defer { statement.reset() }
        guard try statement.nextRow(), var record = try Self.record(statement, standing: rows.standing)
        else { return SelectedRecord(key: id, exists: false) }
        // As the caller spells it, should the column's collation call several spellings equal.
        record.key = id
        return record
    }

    private static func record(
        _ statement: PreparedStatement, standing: SelectionPlan.Standing
    ) throws(StoreError) -> SelectedRecord? {
        guard let key = try statement.key(at: 0) else { return nil }
        var record = SelectedRecord(
            key: key, status: standing.status == nil ? nil : statement.text(at: 1),
            isArchived: standing.archive != nil && statement.integer(at: 2) != 0,
            isLocked: standing.lock != nil && statement.integer(at: 3) != 0)
        for index in standing.documents.indices {
            record.documents.append(statement.text(at: CInt(4 + index)))
        }
        return record
    }

    /// The statement of the next records, bound: the freest whose rows come in key order without being sorted, since
    /// each chunk would sort all that is left. Only where little is left sorting is less work than walking the whole table.
    private func walk(
        _ condition: Condition, of chunk: SelectionChunk, on connection: OpaquePointer
    ) throws(StoreError) -> PreparedStatement {
        let sql = SelectionSQL(chunk.plan)
        func next(_ steering: SelectionSQL.Steering) -> SQLFragment {
            sql.next(
                condition, after: chunk.after, within: chunk.bound, recordsMax: max(1, chunk.recordsMax),
                now: chunk.now, steering: steering)
        }
        let free = next(.free)
        // What is left differs from job to job, and so does the choice.
        let statement = try statement(chunk.job.text + free.sql) { () throws(StoreError) in
            guard try Self.sorts(free.sql, on: connection) else {
                return try PreparedStatement(free.sql, on: connection)
            }
            let left = try PreparedStatement.number(
                sql.countNext(
                    condition, after: chunk.after, within: chunk.bound, countMax: Self.sortedMax + 1),
                on: connection)
            if left <= Self.sortedMax { return try PreparedStatement(free.sql, on: connection) }
            let tenant = next(.tenant).sql
            let isSorted = try Self.sorts(tenant, on: connection)
            return try PreparedStatement(isSorted ? next(.keyOnly).sql : tenant, on: connection)
        }
        statement.bind(free.values)
        return statement
    }

    /// So many records a chunk may sort.
    static let sortedMax = 20_000

    /// True when SQLite would gather the rows and sort them.
    private static func sorts(_ sql: String, on connection: OpaquePointer) throws(StoreError) -> Bool {
        let plan = try PreparedStatement("EXPLAIN QUERY PLAN " + sql, on: connection)
        defer { plan.reset() }
        while try plan.nextRow() {
            // The fourth column says in words what a step does.
            if plan.text(at: 3)?.contains("TEMP B-TREE FOR ORDER BY") == true { return true }
        }
        return false
    }

    /// The kept statement of this text, or the one that is prepared for it now.
    func statement(
        _ sql: String, orElse prepare: () throws(StoreError) -> PreparedStatement
    ) throws(StoreError) -> PreparedStatement {
        if let known = statements.lastIndex(where: { $0.sql == sql }) {
            if known != statements.count - 1 { statements.append(statements.remove(at: known)) }
            return statements[statements.count - 1].statement
        }
        let fresh = try prepare()
        if statements.count == Self.statementsMax { statements.removeFirst() }
        statements.append((sql, fresh))
        return fresh
    }
}
