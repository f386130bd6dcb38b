import BulkModel
import Engine
import Planning

/// SQL of one page of a list: the caller's records that match, behind a place in the order.
struct RecordPageSQL {
    private let query: RecordQuery
    private let types: ComparisonTypes
    private var sql: SelectionSQL

    init(_ query: RecordQuery, _ table: PostgresTable, _ types: ComparisonTypes) {
        self.query = query
        self.types = types
        sql = SelectionSQL(RecordScope(query.target), table, types)
    }

    /// Those of `statement`, once it is made.
    var parameters: [Parameter] { sql.parameters.values }

    /// What the caller compares with: the filter, and the place of the page.
    var terms: Condition {
        let places = zip(query.order, query.after ?? []).compactMap { term, value in
            value.map { Condition.compare(column: term.column, .equal, $0) }
        }
        return .all([query.condition] + places)
    }

    /// `columns` as SQL.
    mutating func statement(_ columns: String) -> String {
        var conditions = sql.own(isPlain: true)
        conditions.append(sql.test(query.condition))
        if let after = query.after { conditions.append(behind(after)) }
        let order = query.order.map { term in
            // Where there is no NULL an index serves the order as it is.
            let last = term.column.isNullable ? " NULLS LAST" : ""
            return "\(types.value(of: term.column))\(term.isDescending ? " DESC" : "")\(last)"
        }
        let limit = sql.bind(.integer(query.limit))
        return """
            SELECT \(columns) FROM \(sql.table.sqlName) AS t WHERE \(conditions.joined(separator: " AND "))
            \(order.isEmpty ? "" : "ORDER BY \(order.joined(separator: ", "))") LIMIT \(limit)
            """
    }

    /// True of records behind the place: alike in some terms from the first, and behind it in the next.
    private mutating func behind(_ after: [ConditionValue?]) -> String {
        var alike: [String] = []
        var ways: [String] = []
        for (term, value) in zip(query.order, after) {
            let column = types.value(of: term.column)
            guard let value else {
                // Nothing is behind NULL but what is alike and behind in a later term.
                alike.append("\(column) IS NULL")
                continue
            }
            let operand = sql.bind(.value(value.storable), for: term.column)
            let orNull = term.column.isNullable ? " OR \(column) IS NULL" : ""
            let further = "(\(column) \(term.isDescending ? "<" : ">") \(operand)\(orNull))"
            ways.append((alike + [further]).joined(separator: " AND "))
            alike.append("\(column) = \(operand)")
        }
        let way = ways.isEmpty ? "false" : "(\(ways.joined(separator: " OR ")))"
        // Said once more of the first column alone, for its index.
        guard ways.count > 1, let first = query.order.first, !first.column.isNullable, let value = after[0]
        else { return way }
        let operand = sql.bind(.value(value.storable), for: first.column)
        return "\(types.value(of: first.column)) \(first.isDescending ? "<=" : ">=") \(operand) AND \(way)"
    }
}
