import Planning

/// How a column and a value are compared: times as points in time, since one time has many spellings; the rest as it is.
struct ValueForm {
    let isTime: Bool

    /// A date has one spelling, but a column of dates may hold times as well, which matters where order does.
    init(_ column: ColumnDescription, isRange: Bool) {
        switch column.type {
        case .timestamp: isTime = true
        case .date: isTime = isRange
        default: isTime = false
        }
    }

    func column(_ name: String) -> String { isTime ? Self.instant(name) : name }

    func parameter(_ text: String) -> String { isTime ? "julianday(\(text))" : text }

    /// julianday() wants its `T` in upper case.
    func value(_ value: ConditionValue) -> ConditionValue {
        guard isTime, case .text(let text) = value else { return value }
        return .text(text.uppercased())
    }

    /// The column as a Julian day number, NULL where it is no time. Numbers are Unix seconds, or milliseconds from 1e11 on
    /// (as seconds that would be the year 5138).
    static func instant(_ column: String) -> String {
        """
        CASE typeof(\(column)) WHEN 'text' THEN julianday(\(column)) WHEN 'null' THEN NULL \
        ELSE julianday(CASE WHEN abs(\(column)) >= 1e11 THEN \(column) / 1000.0 ELSE \(column) END, 'unixepoch') END
        """
    }
}
