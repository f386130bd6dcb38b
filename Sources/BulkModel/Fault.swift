/// What is wrong with one record: a value, never thrown.
///
/// `message` says what to do and may quote the record's own value, since only the caller reads it; logs never get it.
package struct Fault: Hashable, Sendable {
    package var code: ErrorCode
    /// A finer reason in lower snake case (`unclosed_quote`, `too_many_columns`), or nil.
    package var issue: String?
    package var position: Position
    /// The column's name, when the fault lies in one.
    package var column: String?
    package var message: String

    package init(
        _ code: ErrorCode, issue: String? = nil, at position: Position, column: String? = nil,
        message: String
    ) {
        self.code = code
        self.issue = issue
        self.position = position
        self.column = column
        self.message = message
    }
}
