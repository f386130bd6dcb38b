import Planning

/// Holds the tables' rules in the configuration against the tables that there are.
struct TableChecks {
    let rules: [String: TableRules]

    private static let tableNames = """
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND name NOT LIKE 'breakbulk\\_%' ESCAPE '\\' AND name <> 'grdb_migrations' ORDER BY name
        """

    func findings(in file: SQLiteFile) throws(CommandFailure) -> [Finding] {
        let names = try file.column(Self.tableNames).compactMap(\.self)
        var findings: [Finding] = []
        for table in rules.keys.sorted() {
            guard names.contains(table) else {
                let known = names.joined(separator: ", ")
                findings.append(
                    .problem(
                        "tables", "breakbulk.yaml has rules for \(table), which does not exist.",
                        mend: "correct the name (there are: \(known)), or make the table."))
                continue
            }
            findings += try missingColumns(of: table, in: file)
        }
        for name in names where rules[name]?.key == nil {
            guard try file.column(Self.columns(of: name, only: "pk > 0")).isEmpty else { continue }
            findings.append(
                .warning(
                    "tables", "\(name) has no primary key: update, upsert and delete need one.",
                    mend: "add one, or name a unique column: tables: { \(name): { key: COLUMN } }"))
        }
        guard findings.isEmpty else { return findings }
        return [.good("tables", names.isEmpty ? "there are none yet." : names.joined(separator: ", "))]
    }

    private func missingColumns(of table: String, in file: SQLiteFile) throws(CommandFailure) -> [Finding] {
        guard let rule = rules[table] else { return [] }
        let columns = Set(try file.column(Self.columns(of: table, only: "1")).compactMap(\.self))
        let named = Set(rule.columnsByRule.map(\.column)).sorted()
        let known = columns.sorted().joined(separator: ", ")
        return named.filter { !columns.contains($0) }.map { column in
            .problem(
                "tables", "the rules of \(table) name the column \(column), which it does not have.",
                mend:
                    "correct the name in breakbulk.yaml (there are: \(known))."
            )
        }
    }

    private static func columns(of table: String, only condition: String) -> String {
        let literal = table.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        // Generated columns show in table_xinfo only.
        return "SELECT name FROM pragma_table_xinfo('\(literal)') WHERE \(condition)"
    }
}
