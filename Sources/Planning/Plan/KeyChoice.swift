import BulkModel

/// Decides which columns identify a record for update, upsert and delete.
///
/// The job's `key` comes first, then the configuration's, then the primary key. The tenant column is never part of it, since
/// the caller's tenant is always added: a unique key of the tenant column plus X counts as unique key X.
enum KeyChoice {
    /// The key's columns as the table spells them; never empty.
    static func key(
        _ wanted: String?, in table: TableDescription, rules: TableRules
    ) throws(Refusal) -> [String] {
        guard let wanted = wanted ?? rules.key else {
            return try primaryKey(of: table, besides: rules.tenantColumn)
        }
        let names = ColumnNames(table)
        // One column's name wins over a list, in case a name has a comma in it.
        let parts =
            names.column(wanted).map { [$0.name] } ?? wanted.split(separator: ",").map { $0.trimmingSpaces }
        var key: [String] = []
        for part in parts {
            guard let column = names.column(part) else { throw unknownColumn(part, in: table) }
            key.append(column.name)
        }
        guard isUnique(key, in: table, besides: rules.tenantColumn) else {
            throw notUnique(wanted, key, in: table, rules: rules)
        }
        return key
    }

    /// True when the columns (with the tenant column or without it) are the primary key or a unique key.
    static func isUnique(_ key: [String], in table: TableDescription, besides tenantColumn: String?) -> Bool {
        guard !key.isEmpty, !key.contains(where: { $0 == tenantColumn }) else { return false }
        return candidates(in: table, besides: tenantColumn).contains { Set($0) == Set(key) }
    }

    private static func candidates(in table: TableDescription, besides tenantColumn: String?) -> [[String]] {
        ([table.primaryKey] + table.uniqueKeys)
            .filter { !table.keysOfOtherCollation.contains(Set($0)) }
            .map { $0.filter { $0 != tenantColumn } }
            .filter { !$0.isEmpty }
    }

    private static func primaryKey(
        of table: TableDescription, besides tenantColumn: String?
    ) throws(Refusal) -> [String] {
        let key = table.primaryKey.filter { $0 != tenantColumn }
        if isUnique(key, in: table, besides: tenantColumn) { return key }
        let message =
            "Table \"\(table.name)\" has no primary key that tells records apart; name a unique column as `key`."
        throw Refusal(
            .invalidRequest, issue: "no_key", message,
            details: [Refusal.Detail(field: "key", code: .invalidRequest, message: message)])
    }

    private static func unknownColumn(_ name: String, in table: TableDescription) -> Refusal {
        let message = ColumnNames(table).unknownMessage(name)
        return Refusal(
            .invalidRequest, issue: "unknown_key", "The `key` cannot be used: \(message)",
            details: [Refusal.Detail(field: "key", code: .unknownColumn, message: message)])
    }

    private static func notUnique(
        _ wanted: String, _ key: [String], in table: TableDescription, rules: TableRules
    ) -> Refusal {
        let usable = candidates(in: table, besides: rules.tenantColumn)
            .map { $0.joined(separator: ",") }
        let hint = usable.isEmpty ? "it has none" : usable.joined(separator: " | ")
        let tenantColumn = rules.tenantColumn.map { [$0] } ?? []
        let isOfOtherCollation = [Set(key), Set(key + tenantColumn)].contains {
            table.keysOfOtherCollation.contains($0)
        }
        let reason =
            isOfOtherCollation
            ? "\"\(wanted)\" is unique by another collation than its column has, so it may find several records"
            : "\"\(wanted)\" is neither the primary key nor a unique key of table \"\(table.name)\""
        let message = "\(reason); usable keys: \(hint)."
        return Refusal(
            .invalidRequest, issue: "key_not_unique", message,
            details: [Refusal.Detail(field: "key", code: .invalidRequest, message: message)])
    }
}
