/// The sample database of `breakbulk demo`: made when it is missing, left alone when it is there.
struct DemoDatabase {
    let path: String

    private static let rowsAStatement = 1000

    /// True when the tables were made now.
    @discardableResult
    func make() throws(CommandFailure) -> Bool {
        let file = try SQLiteFile(path: path, mode: .create)
        let existing = try file.column("SELECT name FROM sqlite_schema WHERE type = 'table'")
        let missing = SampleTable.allCases.filter { !existing.contains($0.rawValue) }
        guard !missing.isEmpty else { return false }
        try file.execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
        for table in missing {
            try file.execute(SampleSchema.createTable(table))
            try fill(table, in: file)
        }
        try file.execute("COMMIT")
        return true
    }

    private func fill(_ table: SampleTable, in file: SQLiteFile) throws(CommandFailure) {
        let sql = Self.insert(into: table)
        let end = SampleSchema.demoFirstID(of: table) + SampleSchema.demoRows(of: table)
        for first in stride(from: SampleSchema.demoFirstID(of: table), to: end, by: Self.rowsAStatement) {
            let writer = SampleWriter(
                table: table, format: .json, rowCount: min(Self.rowsAStatement, end - first), firstID: first,
                seed: 1, spread: SampleSpread(percent: 0))
            var rows: [UInt8] = []
            writer.write { rows += $0 }
            try file.execute(sql, text: rows)
        }
    }

    /// Takes a JSON array of sample rows as its parameter.
    static func insert(into table: SampleTable) -> String {
        let names = table.columns.map { "\($0)" }
        let values = names.map { "value ->> '\($0)'" }
        return """
            INSERT INTO \(table.rawValue) (\(names.joined(separator: ", ")))
            SELECT \(values.joined(separator: ", ")) FROM json_each(?)
            """
    }
}
