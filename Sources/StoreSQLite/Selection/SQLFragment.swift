import Planning

/// A piece of SQL and the values of its parameters (`?`), in their order.
struct SQLFragment: Hashable {
    var sql: String
    var values: [ConditionValue] = []

    init(_ sql: String, _ values: ConditionValue...) {
        self.sql = sql
        self.values = values
    }

    init(_ sql: String, values: [ConditionValue]) {
        self.sql = sql
        self.values = values
    }

    static func + (a: Self, b: Self) -> Self { Self(a.sql + b.sql, values: a.values + b.values) }

    static func += (a: inout Self, b: Self) { a = a + b }

    /// Pieces in a row, between them the separator.
    static func list(_ parts: [Self], by separator: String = ", ") -> Self {
        Self(parts.map(\.sql).joined(separator: separator), values: parts.flatMap(\.values))
    }

    /// The pieces joined by AND or OR, as a balanced tree: a chain of a thousand would be deeper than SQLite's expressions may
    /// be (SQLITE_MAX_EXPR_DEPTH).
    static func tree(_ parts: ArraySlice<Self>, by word: String) -> Self? {
        guard parts.count > 1 else { return parts.first }
        let middle = parts.startIndex + parts.count / 2
        guard let left = tree(parts[..<middle], by: word), let right = tree(parts[middle...], by: word) else {
            return nil
        }
        return Self("(") + left + Self(" \(word) ") + right + Self(")")
    }
}
