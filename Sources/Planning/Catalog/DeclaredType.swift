/// Reads the type that a column was declared with; shared by the stores.
///
/// Names are taken in the spellings of SQLite, PostgreSQL, MySQL and SQL Server, in any case and spacing. SQLite keeps 64
/// bits in every kind of INT, and files made elsewhere rely on it, so only names that say their width are narrow.
package enum DeclaredType {
    /// What the declared type admits; `any` when it is empty or unknown.
    package static func valueType(_ declared: String) -> ValueType {
        let (name, arguments) = parts(of: declared.uppercased())
        if let type = integer(name) { return type }
        return switch name {
        case "REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT", "FLOAT4", "FLOAT8": .real
        case "DECIMAL", "NUMERIC", "DEC", "NUMBER": decimal(arguments)
        case "BOOLEAN", "BOOL": .boolean
        case "DATE": .date
        case "DATETIME", "DATETIME2", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMP WITHOUT TIME ZONE":
            .timestamp
        case "TIME", "TIME WITHOUT TIME ZONE": .time
        case "UUID", "UNIQUEIDENTIFIER", "GUID": .uuid
        case "JSON", "JSONB": .json
        case "BLOB", "BYTEA", "BINARY", "VARBINARY", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB": .blob
        default: text(name, arguments)
        }
    }

    private static func integer(_ name: String) -> ValueType? {
        switch name {
        case "INTEGER", "INT", "BIGINT", "INT8", "MEDIUMINT", "BIG INT", "SERIAL", "BIGSERIAL":
            .integer(min: .min, max: .max)
        case "INT4": .integer(min: -(1 << 31), max: 1 << 31 - 1)
        case "SMALLINT", "INT2", "SMALLSERIAL": .integer(min: -32_768, max: 32_767)
        // MySQL's begins below zero, SQL Server's ends at 255: both are admitted.
        case "TINYINT": .integer(min: -128, max: 255)
        case "INTEGER UNSIGNED", "INT UNSIGNED", "BIGINT UNSIGNED", "UNSIGNED BIG INT", "UNSIGNED INT",
            "UNSIGNED INTEGER":
            .integer(min: 0, max: .max)
        case "SMALLINT UNSIGNED": .integer(min: 0, max: 65_535)
        case "TINYINT UNSIGNED": .integer(min: 0, max: 255)
        default: nil
        }
    }

    /// SQL: a precision without a scale means scale 0.
    private static func decimal(_ arguments: [Int]) -> ValueType {
        guard let precision = arguments.first else { return .decimal(precision: nil, scale: nil) }
        return .decimal(precision: precision, scale: arguments.count > 1 ? arguments[1] : 0)
    }

    private static func text(_ name: String, _ arguments: [Int]) -> ValueType {
        switch name {
        case "TEXT", "CLOB", "NTEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "STRING", "CITEXT":
            .text(lengthMax: nil)
        case "VARCHAR", "CHARACTER", "CHAR", "NVARCHAR", "NCHAR", "VARCHAR2", "BPCHAR", "CHARACTER VARYING",
            "VARYING CHARACTER", "NATIVE CHARACTER":
            .text(lengthMax: arguments.first)
        default: .any
        }
    }

    /// `"VARYING  CHARACTER (70)"` → `("VARYING CHARACTER", [70])`; words behind the parenthesis belong to the name.
    private static func parts(of declared: String) -> (name: String, arguments: [Int]) {
        var name = declared
        var arguments: [Int] = []
        if let open = declared.firstIndex(of: "("), let close = declared[open...].firstIndex(of: ")") {
            name = declared[..<open] + " " + declared[declared.index(after: close)...]
            let inside = declared[declared.index(after: open)..<close]
            arguments = inside.split(separator: ",").compactMap { Int($0.trimmingSpaces) }
        }
        let words = name.split(whereSeparator: \.isWhitespace)
        return (words.joined(separator: " "), arguments)
    }
}
