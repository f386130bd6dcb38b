/// What a filter can ask of a column.
package enum FilterTest: String, CaseIterable, Sendable {
    /// `eq` and `ne` take NULL as a value of its own: `ne` holds for columns that are NULL.
    case eq, ne, lt, lte, gt, gte
    case among = "in"
    /// `%` and `_` as in SQL, case counts.
    case like
    case isNull
    /// As `lt` and `gt`, for dates and timestamps only.
    case before, after
}
