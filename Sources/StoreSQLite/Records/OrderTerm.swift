import Planning

/// One column of an order as SQL: its place and what lies behind a value of it; NULL comes last either way.
///
/// Values are compared in the form in which records are given, so that a record is never behind itself.
struct OrderTerm {
    private let sql: String
    private let form: ValueForm
    private let isDescending: Bool
    private let mayBeNull: Bool

    init(_ term: RecordQuery.Term) {
        let name = Identifier.quoted(term.column.name)
        form = ValueForm(term.column, isRange: true)
        sql = term.column.type == .boolean ? TruthSQL.value(name) : form.column(name)
        isDescending = term.isDescending
        // A time that cannot be read is NULL as a point in time.
        mayBeNull = term.column.isNullable || form.isTime
    }

    var order: String { sql + (isDescending ? " DESC" : "") + (mayBeNull ? " NULLS LAST" : "") }

    /// True for rows that come after those with this value.
    func behind(_ value: ConditionValue?) -> SQLFragment {
        guard let value else { return SQLFragment("0") }
        let parameter = form.parameter("?")
        let further = SQLFragment("\(sql) \(isDescending ? "<" : ">") \(parameter)", value)
        guard mayBeNull else { return further }
        // The value itself may be NULL as a point in time.
        let isLater =
            form.isTime
            ? SQLFragment("(\(sql) IS NULL) > (\(parameter) IS NULL)", value)
            : SQLFragment("\(sql) IS NULL")
        return SQLFragment("(") + further + SQLFragment(" OR ") + isLater + SQLFragment(")")
    }

    /// True for rows with this value.
    func level(_ value: ConditionValue?) -> SQLFragment {
        guard let value else { return SQLFragment("\(sql) IS NULL") }
        return SQLFragment("\(sql) IS \(form.parameter("?"))", value)
    }

    /// True for rows with this value and those behind it; nil where that has no simple form.
    func bound(_ value: ConditionValue?) -> SQLFragment? {
        guard let value, !mayBeNull else { return nil }
        return SQLFragment("\(sql) \(isDescending ? "<=" : ">=") ?", value)
    }
}
