/// Rows of a table as the database has them: 16 bytes a value beside one buffer.
///
/// Values have the form that the column's type asks for: `integer` for integers and booleans (1, 0), `real`, `blob`, and
/// `text` for all others, decimals, JSON, and PostgreSQL's arrays and intervals included; times as the database writes them.
package struct RowSet: Sendable {
    package let columns: [ColumnDescription]
    package let bytes: [UInt8]
    /// Row by row, one for each column; none is `absent`.
    package let values: [BoundValue]
    /// For rows of listed keys: which of the keys (from 0) each row is of, rising; else 0, 1, 2 …
    package let indices: [Int]

    package var rowCount: Int { indices.count }

    package init(columns: [ColumnDescription], bytes: [UInt8], values: [BoundValue], indices: [Int]) {
        self.columns = columns
        self.bytes = bytes
        self.values = values
        self.indices = indices
    }
}
