import Engine
import GRDBSQLite
import Planning

extension PreparedStatement {
    /// Binds all parameters, from the first on; texts and blobs are copied.
    func bind(_ values: [ConditionValue]) {
        for (index, value) in values.enumerated() {
            let number = CInt(truncatingIfNeeded: index + 1)
            switch value {
            case .integer(let integer): bind(Int(integer), at: number)
            case .real(let real): bind(real, at: number)
            case .text(let text): bind(text, at: number)
            case .blob(let bytes): bind(bytes, at: number)
            }
        }
    }

    /// The whole number that a query gives, 0 for none.
    static func number(_ query: SQLFragment, on connection: OpaquePointer) throws(StoreError) -> Int64 {
        let statement = try PreparedStatement(query.sql, on: connection)
        statement.bind(query.values)
        defer { statement.reset() }
        return try statement.nextRow() ? statement.integer(at: 0) : 0
    }

    /// A key column's value: a whole number as one, anything else as text; nil for NULL. Columns are numbered from 0.
    func key(at column: CInt) -> RecordKey? {
        isInteger(at: column) ? .integer(integer(at: column)) : text(at: column).map { .text($0) }
    }
}
