import BulkModel

extension Mark {
    /// The mark that a rule configures; `place` is the rule's in the configuration (`archive`).
    ///
    /// Throws INTERNAL_ERROR when the table cannot hold it, because going on would take every record for marked, or none.
    init(_ rule: MarkRule, in table: TableDescription, place: String) throws(Refusal) {
        let place = "tables.\(table.name).\(place)"
        guard let column = table.column(rule.column) else {
            throw Refusal(
                .internalError, issue: "no_mark_column",
                "The column \"\(rule.column)\" of \(place) is not in table \"\(table.name)\"; see `doctor`.")
        }
        if case .boolean = column.type {
            guard rule.value.map({ BooleanText.read(Array($0.utf8).span) ?? false }) ?? true else {
                throw Self.unusable(place, column, "a boolean marks with true; leave the value out")
            }
            self.init(column: column, meaning: .flag)
        } else if let value = rule.value {
            self.init(column: column, meaning: .value(value))
        } else {
            guard column.type.holdsTimes else {
                throw Self.unusable(
                    place, column, "it is neither a timestamp nor a boolean; configure its value")
            }
            self.init(column: column, meaning: .time)
        }
    }

    /// The mark of a rule that may be missing.
    static func make(
        _ rule: MarkRule?, in table: TableDescription, place: String
    ) throws(Refusal) -> Mark? {
        guard let rule else { return nil }
        return try Mark(rule, in: table, place: place)
    }

    static func unusable(_ place: String, _ column: ColumnDescription, _ reason: String) -> Refusal {
        Refusal(
            .internalError, issue: "unusable_mark",
            "\(place) cannot use column \"\(column.name)\" (\(column.declaredType)): \(reason).")
    }
}
