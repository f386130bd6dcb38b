/// A column that marks a record as archived, locked or deleted: a timestamp, a boolean, or a status with one `value`.
package struct MarkRule: Hashable, Sendable {
    package var column: String
    /// The value that is the mark; nil for timestamps (set means marked) and booleans (true means marked).
    package var value: String?

    package init(column: String, value: String? = nil) {
        self.column = column
        self.value = value
    }
}
