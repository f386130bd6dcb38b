import BulkModel

extension TableRules {
    /// What in the rules the table cannot keep, a sentence each, in the file's order; empty when all is well.
    package func problems(in table: TableDescription) -> [String] {
        var problems = columnsByRule.compactMap { rule, column in
            Self.problem(rule, column, in: table)
        }
        if let key, table.column(key) != nil,
            !KeyChoice.isUnique([key], in: table, besides: tenantColumn)
        {
            problems.append(
                "tables.\(table.name).key: column \"\(key)\" is not unique in the database; add a unique index on it."
            )
        }
        return problems + unusableMarks(in: table) + impossibleValues(in: table)
    }

    /// Marks whose column is there and cannot hold them.
    private func unusableMarks(in table: TableDescription) -> [String] {
        let marks = [("archive", archive), ("lock", lock), ("soft_delete", softDelete)]
        return marks.compactMap { place, rule in
            guard let rule, table.column(rule.column) != nil else { return nil }
            do throws(Refusal) {
                _ = try Mark(rule, in: table, place: place)
                return nil
            } catch {
                return error.message
            }
        }
    }

    /// Enumerations that list what the column's own type does not have.
    private func impossibleValues(in table: TableDescription) -> [String] {
        enumerations.sorted { $0.key < $1.key }.flatMap { name, values -> [String] in
            guard let allowed = table.column(name)?.allowedValues else { return [] }
            return values.filter { !allowed.contains($0) }.map { value in
                "tables.\(table.name).enums: column \"\(name)\" takes no \"\(value)\" in the database; it takes "
                    + "\(allowed.joined(separator: ", "))."
            }
        }
    }

    /// Every column that a rule names, with the rule's place in the file.
    package var columnsByRule: [(rule: String, column: String)] {
        var named: [(String, String?)] = [("key", key), ("tenant_column", tenantColumn)]
        named += required.sorted().map { ("required", $0) }
        named += enumerations.keys.sorted().map { ("enums", $0) }
        named += [
            ("status.column", status?.column), ("archive.column", archive?.column),
            ("lock.column", lock?.column),
            ("soft_delete.column", softDelete?.column), ("timestamps.created", timestamps?.created),
            ("timestamps.updated", timestamps?.updated),
        ]
        named += aggregates.map { ("aggregates.\($0.name)", $0.column) }
        return named.compactMap { rule, column in column.map { (rule, $0) } }
    }

    private static func problem(_ rule: String, _ column: String, in table: TableDescription) -> String? {
        guard table.column(column) == nil else { return nil }
        let nearest = NearestName.of(column, among: table.columns.map(\.name))
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "."
        return "tables.\(table.name).\(rule): table \"\(table.name)\" has no column \"\(column)\"\(hint)"
    }
}
