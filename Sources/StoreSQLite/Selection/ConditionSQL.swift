import Planning

/// A condition as SQL: values as parameters only, names quoted.
///
/// `NOT` is two-valued: what is not known to be so is not so, NULL included. LIKE is SQLite's GLOB, because LIKE does not
/// tell cases apart.
enum ConditionSQL {
    /// Lists longer than this are one parameter, so that a thousand of them stay below SQLite's number of parameters.
    private static let parametersAListMax = 16

    static func fragment(_ condition: Condition) -> SQLFragment {
        switch condition {
        case .all(let parts):
            return SQLFragment.tree(parts.map(fragment)[...], by: "AND") ?? SQLFragment("1")
        case .any(let parts):
            return SQLFragment.tree(parts.map(fragment)[...], by: "OR") ?? SQLFragment("0")
        case .not(let inner):
            return SQLFragment("((") + fragment(inner) + SQLFragment(") IS NOT TRUE)")
        case .compare(let column, let comparison, let value):
            return compare(column, comparison, value)
        case .among(let column, let values):
            return among(column, values)
        case .isNull(let column):
            return SQLFragment("\(Identifier.quoted(column.name)) IS NULL")
        }
    }

    private static func compare(
        _ column: ColumnDescription, _ comparison: Condition.Comparison, _ value: ConditionValue
    ) -> SQLFragment {
        let name = Identifier.quoted(column.name)
        guard comparison != .like else { return SQLFragment("\(name) GLOB ?", LikePattern.glob(value)) }
        let form = ValueForm(column, isRange: comparison.isRange)
        return SQLFragment(
            "\(form.column(name)) \(comparison.sql) \(form.parameter("?"))", form.value(value))
    }

    private static func among(_ column: ColumnDescription, _ values: [ConditionValue]) -> SQLFragment {
        let form = ValueForm(column, isRange: false)
        let left = form.column(Identifier.quoted(column.name))
        let values = values.map(form.value)
        guard values.count > parametersAListMax else {
            let parameters = values.map { _ in form.parameter("?") }.joined(separator: ", ")
            return SQLFragment("\(left) IN (\(parameters))", values: values)
        }
        // JSON has no blobs: those are compared as hexadecimal digits.
        let hasBlobs = values.contains { if case .blob = $0 { true } else { false } }
        return SQLFragment(
            "\(hasBlobs ? "hex(\(left))" : left) IN (SELECT \(form.parameter("value")) FROM json_each(?))",
            .text(JSONList.text(values)))
    }
}

extension Condition.Comparison {
    fileprivate var sql: String {
        switch self {
        case .equal: "="
        case .different: "IS NOT"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .like: "GLOB"
        }
    }

    fileprivate var isRange: Bool {
        switch self {
        case .equal, .different, .like: false
        case .less, .lessOrEqual, .greater, .greaterOrEqual: true
        }
    }
}
