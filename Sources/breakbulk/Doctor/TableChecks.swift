import Planning

/// Holds the tables' rules in the configuration against the tables that there are.
struct TableChecks {
    let rules: [String: TableRules]

    func findings(of tables: [TableFacts]) -> [Finding] {
        let names = tables.map(\.name)
        var findings: [Finding] = []
        for name in rules.keys.sorted() {
            guard let table = tables.first(where: { $0.name == name }) else {
                let known = names.joined(separator: ", ")
                findings.append(
                    .problem(
                        "tables", "breakbulk.yaml has rules for \(name), which does not exist.",
                        mend: "correct the name (there are: \(known)), or make the table."))
                continue
            }
            findings += missingColumns(of: table)
        }
        for table in tables where rules[table.name]?.key == nil && !table.hasPrimaryKey {
            findings.append(
                .warning(
                    "tables", "\(table.name) has no primary key: update, upsert and delete need one.",
                    mend: "add one, or name a unique column: tables: { \(table.name): { key: COLUMN } }"))
        }
        guard findings.isEmpty else { return findings }
        return [.good("tables", names.isEmpty ? "there are none yet." : names.joined(separator: ", "))]
    }

    private func missingColumns(of table: TableFacts) -> [Finding] {
        guard let rule = rules[table.name] else { return [] }
        let named = Set(rule.columnsByRule.map(\.column)).sorted()
        let known = table.columns.sorted().joined(separator: ", ")
        return named.filter { !table.columns.contains($0) }.map { column in
            .problem(
                "tables", "the rules of \(table.name) name the column \(column), which it does not have.",
                mend: "correct the name in breakbulk.yaml (there are: \(known)).")
        }
    }
}
