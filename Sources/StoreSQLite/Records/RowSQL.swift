import Planning

/// Whole records of a caller's rows as SQL.
struct RowSQL {
    private let rows: OwnRows

    init(_ rows: OwnRows) { self.rows = rows }

    /// One record by its key.
    func find(_ key: RecordKey) -> SQLFragment {
        read + SQLFragment(" WHERE \(rows.keySQL) = ? AND ", key.value) + own
    }

    /// A page of a list.
    func page(_ query: RecordQuery) -> SQLFragment {
        let terms = query.order.map(OrderTerm.init)
        var parts = [own, ConditionSQL.fragment(query.condition)]
        // A record without a key has no place in the order.
        if rows.key.isNullable { parts.append(SQLFragment("\(rows.keySQL) IS NOT NULL")) }
        if let after = query.after { parts += Self.place(terms, after) }
        return read + SQLFragment(" WHERE ") + SQLFragment.list(parts, by: " AND ")
            + SQLFragment(" ORDER BY \(terms.map(\.order).joined(separator: ", ")) LIMIT ?")
            + SQLFragment("", .integer(Int64(query.limit)))
    }

    /// Behind the values in the order: behind the first one, or level with it and behind the others.
    private static func place(_ terms: [OrderTerm], _ after: [ConditionValue?]) -> [SQLFragment] {
        var behind: SQLFragment?
        for (term, value) in zip(terms, after).reversed() {
            guard let inner = behind else {
                behind = term.behind(value)
                continue
            }
            behind =
                SQLFragment("(") + term.behind(value) + SQLFragment(" OR ") + term.level(value)
                + SQLFragment(" AND ") + inner + SQLFragment(")")
        }
        // Follows from the others, but in this form an index can help.
        let bound = zip(terms, after).prefix(1).compactMap { $0.bound($1) }
        return bound + (behind.map { [$0] } ?? [])
    }

    private var own: SQLFragment { rows.tenantSQL + SQLFragment(" AND ") + rows.presentSQL }

    private var read: SQLFragment {
        let columns = rows.table.columns.map { column in
            let name = Identifier.quoted(column.name)
            return column.type == .boolean ? TruthSQL.value(name) : name
        }
        return SQLFragment("SELECT \(columns.joined(separator: ", ")) FROM \(rows.tableSQL)")
    }
}
