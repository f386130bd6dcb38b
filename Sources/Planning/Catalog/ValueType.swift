/// What a column's declared type admits; values are checked against it before the database sees them.
package enum ValueType: Hashable, Sendable {
    /// A whole number within the bounds (SQLite INTEGER: Int64).
    case integer(min: Int64, max: Int64)
    case real
    /// An exact decimal; nil precision or scale means unbounded.
    case decimal(precision: Int?, scale: Int?)
    case boolean
    /// `YYYY-MM-DD`.
    case date
    /// RFC 3339, or with a space for the `T`, with or without fraction and offset; a bare date is midnight.
    case timestamp
    /// `HH:MM[:SS[.fff]]`.
    case time
    case uuid
    /// Any JSON value, stored as its text.
    case json
    /// UTF-8 text of at most `lengthMax` characters (nil: unbounded).
    case text(lengthMax: Int?)
    /// Bytes; in text formats as hexadecimal with a leading `\x`, or base64 otherwise.
    case blob
    /// A column without a declared type: taken as it comes.
    case any
}
