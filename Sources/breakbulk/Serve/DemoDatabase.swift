import BulkModel
import StorePostgres

/// The sample database of `breakbulk demo`: made when it is missing, left alone when it is there.
struct DemoDatabase {
    let address: DatabaseAddress

    private static let rowsAStatement = 1000

    /// True when tables were made now.
    @discardableResult
    func make() async throws(CommandFailure) -> Bool {
        switch address {
        case .sqlite(let path): return try make(in: SQLiteFile(path: path, mode: .create))
        case .postgres(let url):
            let script = PostgresScript(url: url)
            defer { script.close() }
            return try await make(in: script)
        }
    }

    private func make(in file: SQLiteFile) throws(CommandFailure) -> Bool {
        let existing = try file.column("SELECT name FROM sqlite_schema WHERE type = 'table'")
        let missing = Self.missing(
            beside: existing, orderColumns: try file.column("SELECT name FROM pragma_table_info('orders')"))
        guard !missing.isEmpty else { return false }
        try file.execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
        for table in missing {
            try file.execute(SampleSchema.createTable(table, key: .sqlite))
            for rows in Self.batches(of: table) { try file.execute(Self.insert(into: table), text: rows) }
        }
        try file.execute("COMMIT")
        return true
    }

    private func make(in script: PostgresScript) async throws(CommandFailure) -> Bool {
        do {
            let existing = try await script.column(
                "SELECT relname FROM pg_class WHERE pg_table_is_visible(oid)")
            let columns = try await script.column(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('orders') AND attnum > 0")
            let missing = Self.missing(beside: existing, orderColumns: columns)
            // One statement a table: it is there whole or not at all.
            for table in missing {
                try await script.execute(Self.script(making: table))
            }
            return !missing.isEmpty
        } catch {
            throw StoreFailure.failure(error)
        }
    }

    /// The tables to make. `invoices` refer to the sample's orders, and have no place beside somebody's own.
    private static func missing(beside existing: [String?], orderColumns: [String?]) -> [SampleTable] {
        let names = SampleTable.orders.columns.map { "\($0)" }
        let isOwn = !orderColumns.isEmpty && !names.allSatisfy { orderColumns.contains($0) }
        return SampleTable.allCases.filter { table in
            !existing.contains(table.rawValue) && !(isOwn && table == .invoices)
        }
    }

    /// Statements that make the table with all its rows, for PostgreSQL; sent together they are one transaction.
    private static func script(making table: SampleTable) -> String {
        var script = SampleSchema.createTable(table, key: .postgres)
        for rows in batches(of: table) {
            script +=
                "INSERT INTO \(table.rawValue) SELECT * FROM json_populate_recordset(NULL::\(table.rawValue), "
            script += "'" + String(decoding: rows, as: UTF8.self).replacing("'", with: "''") + "');"
        }
        guard table.hasAutomaticKey else { return script }
        return script
            + "SELECT setval(pg_get_serial_sequence('\(table.rawValue)', 'id'), max(id)) FROM \(table.rawValue);"
    }

    /// The table's rows as JSON arrays of some rows each.
    private static func batches(of table: SampleTable) -> [[UInt8]] {
        let first = SampleSchema.demoFirstID(of: table)
        let end = first + SampleSchema.demoRows(of: table)
        return stride(from: first, to: end, by: rowsAStatement).map { id in
            let writer = SampleWriter(
                table: table, format: .json, rowCount: min(rowsAStatement, end - id), firstID: id, seed: 1,
                spread: SampleSpread(percent: 0))
            var rows: [UInt8] = []
            writer.write { rows += $0 }
            return rows
        }
    }

    /// Takes a JSON array of sample rows as its parameter, for SQLite.
    private static func insert(into table: SampleTable) -> String {
        let names = table.columns.map { "\($0)" }
        let values = names.map { "value ->> '\($0)'" }
        return """
            INSERT INTO \(table.rawValue) (\(names.joined(separator: ", ")))
            SELECT \(values.joined(separator: ", ")) FROM json_each(?)
            """
    }
}
