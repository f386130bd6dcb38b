import Planning

/// SQL of a filter over the table `t`: every value is a parameter.
///
/// What is not known to be so is not so: a test of a column that is NULL is false, and its negation true.
struct ConditionSQL {
    let types: ComparisonTypes

    func text(_ condition: Condition, _ parameters: inout SQLParameters) -> String {
        switch condition {
        case .all(let parts): return joined(parts, "AND", "true", &parameters)
        case .any(let parts): return joined(parts, "OR", "false", &parameters)
        case .not(let part): return "(\(text(part, &parameters))) IS NOT TRUE"
        case .compare(let column, _, _), .among(let column, _):
            return test(types.value(of: column), condition, &parameters)
        case .isNull(let column): return "t.\(SQLText.quoted(column.name)) IS NULL"
        }
    }

    private func joined(
        _ parts: [Condition], _ word: String, _ none: String, _ parameters: inout SQLParameters
    ) -> String {
        guard !parts.isEmpty else { return none }
        return parts.map { "(\(text($0, &parameters)))" }.joined(separator: " \(word) ")
    }

    /// A term, `subject` standing for its column's value.
    func test(_ subject: String, _ term: Condition, _ parameters: inout SQLParameters) -> String {
        switch term {
        case .compare(let column, let comparison, let value):
            return compare(subject, column, comparison, value, &parameters)
        case .among(let column, let values): return among(subject, column, values, &parameters)
        case .all, .any, .not, .isNull: return text(term, &parameters)
        }
    }

    private func compare(
        _ subject: String, _ column: ColumnDescription, _ comparison: Condition.Comparison,
        _ value: ConditionValue, _ parameters: inout SQLParameters
    ) -> String {
        guard value.isStorable else { return comparison == .different ? "true" : "false" }
        let parameter = parameters.add(.value(value))
        if comparison == .like {
            // No character escapes another, as in SQLite; and not every collation can look for patterns.
            return "\(subject)::text COLLATE \"C\" LIKE \(parameter)::text ESCAPE ''"
        }
        return "\(subject) \(Self.sign(comparison)) \(types.operand(parameter, for: column))"
    }

    private func among(
        _ subject: String, _ column: ColumnDescription, _ values: [ConditionValue],
        _ parameters: inout SQLParameters
    ) -> String {
        let list = parameters.add(.values(values.filter(\.isStorable)))
        if let operands = types.operands(list, for: column) { return "\(subject) = ANY (\(operands))" }
        return
            "\(subject) IN (SELECT \(types.operand("value", for: column)) FROM unnest(\(list)::text[]) AS value)"
    }

    private static func sign(_ comparison: Condition.Comparison) -> String {
        switch comparison {
        case .equal, .like: "="
        case .different: "IS DISTINCT FROM"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}
