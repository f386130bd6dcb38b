import BulkModel
import Planning

/// The statements of a selection over its table.
struct SelectionSQL {
    private let rows: OwnRows
    private let table: String
    private let key: String

    /// What the planner of SQLite may use an index for, beside the key's own.
    enum Steering: CaseIterable {
        /// Everything.
        case free
        /// The tenant column, which may lead the key's index.
        case tenant
        /// Nothing: the walk must follow the key.
        case keyOnly
    }

    init(_ plan: SelectionPlan) { self.init(OwnRows(plan)) }

    init(_ rows: OwnRows) {
        self.rows = rows
        table = rows.tableSQL
        key = rows.keySQL
    }

    /// The next records that match, at most `recordsMax`, in key order.
    func next(
        _ condition: Condition, after: RecordKey?, within bound: SelectionBound, recordsMax: Int,
        now: Timestamp, steering: Steering
    ) -> SQLFragment {
        read(at: now) + SQLFragment(" WHERE ")
            + SQLFragment.list(matching(condition, steering) + place(after, bound), by: " AND ")
            + SQLFragment(" ORDER BY \(key) LIMIT ?", .integer(Int64(recordsMax)))
    }

    /// How many are next, counted up to `countMax`, however SQLite likes to find them.
    func countNext(
        _ condition: Condition, after: RecordKey?, within bound: SelectionBound, countMax: Int
    ) -> SQLFragment {
        SQLFragment("SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE ")
            + SQLFragment.list(matching(condition, .free) + place(after, bound), by: " AND ")
            + SQLFragment(" LIMIT ?)", .integer(Int64(countMax)))
    }

    /// One record by its key.
    func find(_ record: RecordKey, now: Timestamp) -> SQLFragment {
        read(at: now) + SQLFragment(" WHERE \(key) = ? AND ", record.value)
            + SQLFragment.list(own(.free), by: " AND ")
    }

    /// How many match.
    func count(_ condition: Condition, after: RecordKey?, within bound: SelectionBound?) -> SQLFragment {
        var parts = matching(condition, .free)
        parts += place(after, bound ?? SelectionBound(lastKey: nil))
        // A record without a key is never reached.
        if rows.key.isNullable { parts.append(SQLFragment("\(key) IS NOT NULL")) }
        return SQLFragment("SELECT count(*) FROM \(table) WHERE ") + SQLFragment.list(parts, by: " AND ")
    }

    /// The greatest key there is. Where the key is unique only together with the tenant column, within the tenant, so that
    /// the index knows it.
    var lastKey: SQLFragment { extreme("max") }

    /// The smallest key there is, likewise.
    var firstKey: SQLFragment { extreme("min") }

    private func extreme(_ function: String) -> SQLFragment {
        let keys = [rows.table.primaryKey] + rows.table.uniqueKeys
        let isUniqueAlone = keys.contains([rows.key.name])
        return SQLFragment("SELECT \(function)(\(key)) FROM \(table)")
            + (isUniqueAlone ? SQLFragment("") : SQLFragment(" WHERE ") + rows.tenantSQL)
    }

    /// The greatest row number there is; nil where the key is that number, or its name is another column's.
    var lastRow: SQLFragment? { rows.rowNumberSQL.map { SQLFragment("SELECT max(\($0)) FROM \(table)") } }

    /// The columns are: key, status, whether archived, whether locked, then the documents.
    private func read(at now: Timestamp) -> SQLFragment {
        let standing = rows.standing
        let columns =
            [
                SQLFragment(key), SQLFragment(standing.status.map { Identifier.quoted($0.name) } ?? "NULL"),
                standing.archive.map(MarkSQL.isSet) ?? SQLFragment("0"),
                standing.lock.map { MarkSQL.isLocked($0, at: now) } ?? SQLFragment("0"),
            ] + standing.documents.map { SQLFragment(Identifier.quoted($0.name)) }
        return SQLFragment("SELECT ") + SQLFragment.list(columns) + SQLFragment(" FROM \(table)")
    }

    private func matching(_ condition: Condition, _ steering: Steering) -> [SQLFragment] {
        let wanted = ConditionSQL.fragment(condition)
        // An expression behind a unary plus is of no use to indexes (sqlite.org/optoverview.html, "Terms with unary +").
        return own(steering) + [steering == .free ? wanted : SQLFragment("+(") + wanted + SQLFragment(")")]
    }

    /// Rows of the caller that are not marked as deleted.
    private func own(_ steering: Steering) -> [SQLFragment] {
        let tenant = rows.tenantSQL
        let present = rows.presentSQL
        return [
            steering == .keyOnly ? SQLFragment("+(") + tenant + SQLFragment(")") : tenant,
            steering == .free ? present : SQLFragment("+(") + present + SQLFragment(")"),
        ]
    }

    private func place(_ after: RecordKey?, _ bound: SelectionBound) -> [SQLFragment] {
        var parts: [SQLFragment] = []
        if let after { parts.append(SQLFragment("\(key) > ?", after.value)) }
        if let last = bound.lastKey { parts.append(SQLFragment("\(key) <= ?", last.value)) }
        // The plus: rows come in key order, not by their numbers.
        if let last = bound.lastRow, let row = rows.rowNumberSQL {
            parts.append(SQLFragment("+\(row) <= ?", .integer(last)))
        }
        return parts
    }
}
