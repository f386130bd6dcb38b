/// A filter held against its table: columns exist and values are of their types; stores make SQL with parameters of it.
package indirect enum Condition: Hashable, Sendable {
    /// True when all are; an empty one is true.
    case all([Condition])
    /// True when one is; an empty one is false.
    case any([Condition])
    /// True when the condition is not true: what compares with NULL is false, so that in SQL this is `(…) IS NOT TRUE`.
    case not(Condition)
    case compare(column: ColumnDescription, Comparison, ConditionValue)
    /// Equal to one of the values; they are never none.
    case among(column: ColumnDescription, [ConditionValue])
    case isNull(column: ColumnDescription)

    /// How a column compares to a value that is not NULL.
    package enum Comparison: Hashable, Sendable {
        case equal
        /// True also where the column is NULL.
        case different
        case less, lessOrEqual, greater, greaterOrEqual
        /// `%` and `_` as in SQL, case counts, and nothing escapes them.
        case like
    }
}
