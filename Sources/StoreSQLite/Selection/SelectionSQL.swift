import BulkModel
import Planning

/// The statements of a selection over its table.
struct SelectionSQL {
    private let plan: SelectionPlan
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

    init(_ plan: SelectionPlan) {
        self.plan = plan
        table = "main." + Identifier.quoted(plan.write.table.name)
        key = Identifier.quoted(plan.key.name)
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
        if plan.key.isNullable { parts.append(SQLFragment("\(key) IS NOT NULL")) }
        return SQLFragment("SELECT count(*) FROM \(table) WHERE ") + SQLFragment.list(parts, by: " AND ")
    }

    /// The greatest key there is. Where the key is unique only together with the tenant column, within the tenant, so that
    /// the index knows it.
    var lastKey: SQLFragment { extreme("max") }

    /// The smallest key there is, likewise.
    var firstKey: SQLFragment { extreme("min") }

    private func extreme(_ function: String) -> SQLFragment {
        let keys = [plan.write.table.primaryKey] + plan.write.table.uniqueKeys
        let isUniqueAlone = keys.contains([plan.key.name])
        return SQLFragment("SELECT \(function)(\(key)) FROM \(table)")
            + (isUniqueAlone ? SQLFragment("") : SQLFragment(" WHERE ") + tenant)
    }

    /// The greatest row number there is; nil where the key is that number, or its name is another column's.
    var lastRow: SQLFragment? { row.map { SQLFragment("SELECT max(\($0)) FROM \(table)") } }

    /// The columns are: key, status, whether archived, whether locked.
    private func read(at now: Timestamp) -> SQLFragment {
        let standing = plan.standing
        let columns = [
            SQLFragment(key), SQLFragment(standing.status.map { Identifier.quoted($0.name) } ?? "NULL"),
            standing.archive.map(MarkSQL.isSet) ?? SQLFragment("0"),
            standing.lock.map { MarkSQL.isLocked($0, at: now) } ?? SQLFragment("0"),
        ]
        return SQLFragment("SELECT ") + SQLFragment.list(columns) + SQLFragment(" FROM \(table)")
    }

    private func matching(_ condition: Condition, _ steering: Steering) -> [SQLFragment] {
        let wanted = ConditionSQL.fragment(condition)
        // An expression behind a unary plus is of no use to indexes (sqlite.org/optoverview.html, "Terms with unary +").
        return own(steering) + [steering == .free ? wanted : SQLFragment("+(") + wanted + SQLFragment(")")]
    }

    /// Rows of the caller that are not marked as deleted.
    private func own(_ steering: Steering) -> [SQLFragment] {
        let clear = plan.standing.softDelete.map(MarkSQL.isClear)
        let isFree = steering == .free
        return [
            steering == .keyOnly ? SQLFragment("+(") + tenant + SQLFragment(")") : tenant,
            clear.map { isFree ? $0 : SQLFragment("+(") + $0 + SQLFragment(")") } ?? SQLFragment("1"),
        ]
    }

    private var tenant: SQLFragment {
        guard let tenant = plan.write.tenant else { return SQLFragment("1") }
        return SQLFragment("\(Identifier.quoted(tenant.column)) COLLATE BINARY = ?", .text(tenant.value.text))
    }

    private func place(_ after: RecordKey?, _ bound: SelectionBound) -> [SQLFragment] {
        var parts: [SQLFragment] = []
        if let after { parts.append(SQLFragment("\(key) > ?", after.value)) }
        if let last = bound.lastKey { parts.append(SQLFragment("\(key) <= ?", last.value)) }
        // The plus: rows come in key order, not by their numbers.
        if let last = bound.lastRow, let row { parts.append(SQLFragment("+\(row) <= ?", .integer(last))) }
        return parts
    }

    /// How the row number is called in this table.
    private var row: String? {
        guard !plan.key.isAutomatic else { return nil }
        let taken = Set(plan.write.table.columns.map { Identifier.folded($0.name) })
        return ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
    }
}

extension RecordKey {
    /// As a parameter.
    fileprivate var value: ConditionValue {
        switch self {
        case .integer(let integer): .integer(integer)
        case .text(let text): .text(text)
        }
    }
}
