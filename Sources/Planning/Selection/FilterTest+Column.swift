extension FilterTest {
    /// How the column compares to the operand, for tests that have one value.
    var comparison: Condition.Comparison {
        switch self {
        case .eq, .among, .isNull: .equal
        case .ne: .different
        case .lt, .before: .less
        case .lte: .lessOrEqual
        case .gt, .after: .greater
        case .gte: .greaterOrEqual
        case .like: .like
        }
    }

    /// Why a column of this type cannot be asked so, nil when it can.
    func refusal(for column: ColumnDescription) -> String? {
        let subject = "`\(rawValue)` does not go with column \"\(column.name)\" (\(column.declaredType))"
        switch (self, column.type) {
        case (.before, .date), (.before, .timestamp), (.after, .date), (.after, .timestamp): return nil
        case (.before, _), (.after, _): return "\(subject): it takes dates and timestamps."
        case (.like, .text): return nil
        case (.like, _): return "\(subject): it takes text."
        case (.lt, .boolean), (.lte, .boolean), (.gt, .boolean), (.gte, .boolean),
            (.lt, .json), (.lte, .json), (.gt, .json), (.gte, .json),
            (.lt, .blob), (.lte, .blob), (.gt, .blob), (.gte, .blob):
            return "\(subject): its values have no order; use `eq`, `ne` or `in`."
        default: return nil
        }
    }
}
