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

    /// A key column's value: a whole number or a text; nil for NULL. Columns are numbered from 0.
    ///
    /// Throws `selectionRefused` for what is neither: as text a fraction or bytes would be another key, or none.
    func key(at column: CInt) throws(StoreError) -> RecordKey? {
        switch kind(at: column) {
        case SQLITE_NULL: return nil
        case SQLITE_INTEGER: return .integer(integer(at: column))
        case SQLITE_TEXT:
            guard let text = validText(at: column) else { throw Self.refused("texts that are not UTF-8") }
            return .text(text)
        case SQLITE_FLOAT: throw Self.refused("numbers with fractions")
        default: throw Self.refused("bytes (BLOB)")
        }
    }

    /// Keys of such a kind cannot be selected by.
    static func refused(_ kind: String) -> StoreError {
        StoreError(
            .selectionRefused,
            "The key column holds \(kind), by which records cannot be named here; configure another unique column "
                + "as the table's key.")
    }
}
