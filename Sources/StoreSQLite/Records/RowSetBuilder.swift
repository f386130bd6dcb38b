import BulkModel
import GRDBSQLite
import Planning

/// Gathers the rows of a statement whose columns are the table's, as `RowSQL` reads them.
///
/// A value that is not what its column's type asks for (SQLite stores nearly anything) stays as it is.
struct RowSetBuilder {
    private let columns: [ColumnDescription]
    private var bytes: [UInt8] = []
    private var values: [BoundValue] = []
    private var indices: [Int] = []

    init(columns: [ColumnDescription]) { self.columns = columns }

    var rowSet: RowSet { RowSet(columns: columns, bytes: bytes, values: values, indices: indices) }

    var rowCount: Int { indices.count }

    /// Adds the statement's current row.
    mutating func append(_ statement: PreparedStatement, index: Int) {
        for (place, column) in columns.enumerated() {
            values.append(value(statement, CInt(place), column.type))
        }
        indices.append(index)
    }

    private mutating func value(
        _ statement: PreparedStatement, _ column: CInt, _ type: ValueType
    ) -> BoundValue {
        let start = UInt32(bytes.count)
        switch statement.kind(at: column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return number(statement.integer(at: column), type)
        case SQLITE_FLOAT: return number(statement.real(at: column), type)
        case SQLITE_BLOB:
            statement.appendBlob(at: column, to: &bytes)
            return .blob(start: start, length: UInt32(bytes.count) - start)
        default:
            statement.appendText(at: column, to: &bytes)
            return .text(start: start, length: UInt32(bytes.count) - start)
        }
    }

    private mutating func number(_ integer: Int64, _ type: ValueType) -> BoundValue {
        switch type {
        case .integer, .boolean, .any, .blob: .integer(integer)
        case .real: .real(Double(integer))
        case .timestamp, .date: text(UnixTime.text(Double(integer), type) ?? "\(integer)")
        case .decimal, .time, .uuid, .json, .text: text("\(integer)")
        }
    }

    private mutating func number(_ real: Double, _ type: ValueType) -> BoundValue {
        switch type {
        case .integer, .boolean, .any, .blob, .real: .real(real)
        case .timestamp, .date: text(UnixTime.text(real, type) ?? "\(real)")
        // Neither JSON nor a decimal has an infinity.
        case .decimal, .json: real.isFinite ? text("\(real)") : .null
        case .time, .uuid, .text: text("\(real)")
        }
    }

    private mutating func text(_ text: String) -> BoundValue {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: text.utf8)
        return .text(start: start, length: UInt32(bytes.count) - start)
    }
}
