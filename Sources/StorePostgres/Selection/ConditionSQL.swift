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
        case .compare(let column, let comparison, let value):
            return compare(column, comparison, value, &parameters)
        case .among(let column, let values):
            let list = parameters.add(.values(values.filter(\.isStorable)))
            return "\(types.value(of: column)) = ANY (\(list)::\(types.type(of: column))[])"
        case .isNull(let column): return "t.\(SQLText.quoted(column.name)) IS NULL"
        }
    }

    private func joined(
        _ parts: [Condition], _ word: String, _ none: String, _ parameters: inout SQLParameters
    ) -> String {
        guard !parts.isEmpty else { return none }
        return parts.map { "(\(text($0, &parameters)))" }.joined(separator: " \(word) ")
    }

    private func compare(
        _ column: ColumnDescription, _ comparison: Condition.Comparison, _ value: ConditionValue,
        _ parameters: inout SQLParameters
    ) -> String {
        guard value.isStorable else { return comparison == .different ? "true" : "false" }
        let name = types.value(of: column)
        if comparison == .like {
            // No character escapes another, as in SQLite; and not every collation can look for patterns.
            return "\(name)::text COLLATE \"C\" LIKE \(parameters.add(.value(value)))::text ESCAPE ''"
        }
        return "\(name) \(Self.sign(comparison)) \(parameters.add(.value(value)))::\(types.type(of: column))"
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
