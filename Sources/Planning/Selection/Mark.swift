/// A column that marks records, and how.
package struct Mark: Hashable, Sendable {
    package var column: ColumnDescription
    package var meaning: Meaning

    /// What the column holds in a marked record.
    package enum Meaning: Hashable, Sendable {
        /// A time; set means marked, and for a lock: while it is in the future.
        case time
        /// True.
        case flag
        /// This value.
        case value(String)
    }

    package init(column: ColumnDescription, meaning: Meaning) {
        self.column = column
        self.meaning = meaning
    }
}
