import GRDB
import GRDBSQLite
import Planning

/// Reads the tables' descriptions off the database.
///
/// Left out: our own tables and GRDB's list of migrations, SQLite's, views, and virtual tables with their
/// shadows (what writing to those means is their module's business).
enum TableReader {
    static func tables(_ db: Database) throws -> [TableDescription] {
        let triggered = try String.fetchSet(
            db, sql: "SELECT lower(tbl_name) FROM sqlite_master WHERE type = 'trigger'")
        return try Row.fetchAll(db, sql: "PRAGMA main.table_list")
            .filter { $0["schema"] == "main" && $0["type"] == "table" && !isHidden($0["name"]) }
            .map { row in
                let name: String = row["name"]
                return try table(
                    name, isWithoutRowID: row["wr"], hasTriggers: triggered.contains(Identifier.folded(name)),
                    db)
            }
            .sorted { $0.name < $1.name }
    }

    /// True for tables that callers never see. SQLite compares names without regard to ASCII case.
    static func isHidden(_ name: String) -> Bool {
        let lower = Identifier.folded(name)
        return lower.hasPrefix("breakbulk_") || lower.hasPrefix("sqlite_") || lower == "grdb_migrations"
    }

    private static func table(
        _ name: String, isWithoutRowID: Bool, hasTriggers: Bool, _ db: Database
    ) throws -> TableDescription {
        let quoted = Identifier.quoted(name)
        let rows = try Row.fetchAll(db, sql: "PRAGMA main.table_xinfo(\(quoted))").filter {
            $0["hidden"] != 1
        }
        let indexes = try Row.fetchAll(db, sql: "PRAGMA main.index_list(\(quoted))")
        let keyRows = rows.filter { ($0["pk"] as Int) > 0 }.sorted { ($0["pk"] as Int) < ($1["pk"] as Int) }
        // The rowid's alias is the one kind of primary key that needs no index of its own.
        let isRowIDAlias =
            keyRows.count == 1 && !isWithoutRowID && !indexes.contains { $0["origin"] == "pk" }
        let sql = try String.fetchOne(
            db, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", arguments: [name])
        var description = TableDescription(
            name: name, columns: rows.map { column($0, isRowIDAlias: isRowIDAlias) },
            primaryKey: keyRows.map { $0["name"] }, uniqueKeys: try uniqueKeys(indexes, db),
            foreignKeys: try foreignKeys(quoted, db), checks: CheckText.checks(in: sql ?? ""),
            hasTriggers: hasTriggers)
        description.keysOfOtherCollation = try keysOfOtherCollation(indexes, of: name, db)
        return description
    }

    /// Columns of a primary key never take NULL here, though SQLite lets them where its history made it.
    private static func column(_ row: Row, isRowIDAlias: Bool) -> ColumnDescription {
        let declared: String = row["type"] ?? ""
        let isKey = (row["pk"] as Int) > 0
        var column = ColumnDescription(
            name: row["name"], declaredType: declared, type: DeclaredType.valueType(declared),
            isNullable: row["notnull"] == 0 && !isKey, defaultSQL: row["dflt_value"],
            isGenerated: row["hidden"] == 2 || row["hidden"] == 3, isAutomatic: isKey && isRowIDAlias)
        // NUMERIC affinity (datatype3.html, section 3) makes numbers of their texts.
        if case .decimal = column.type { column.keptForm = .asDouble }
        return column
    }

    private static func uniqueKeys(_ indexes: [Row], _ db: Database) throws -> [[String]] {
        let whole = indexes.filter { $0["unique"] == 1 && $0["partial"] == 0 && $0["origin"] != "pk" }
        return try whole.compactMap { try columns(of: $0, db)?.map { $0["name"] } }
    }

    /// The index's columns in its order; nil when it is over an expression.
    private static func columns(of index: Row, _ db: Database) throws -> [Row]? {
        let name = Identifier.quoted(index["name"])
        let parts = try Row.fetchAll(db, sql: "PRAGMA main.index_xinfo(\(name))").filter { $0["key"] == 1 }
        // Column number -2 is an expression, -1 the rowid.
        return parts.allSatisfy { ($0["cid"] as Int) >= 0 } ? parts : nil
    }

    /// Keys that no index keeps unique by the columns' own collations.
    private static func keysOfOtherCollation(
        _ indexes: [Row], of table: String, _ db: Database
    ) throws -> Set<Set<String>> {
        var found: Set<Set<String>> = []
        var kept: Set<Set<String>> = []
        for index in indexes where index["unique"] == 1 && index["partial"] == 0 {
            guard let parts = try columns(of: index, db) else { continue }
            let isOwn = try parts.allSatisfy {
                Identifier.folded($0["coll"])
                    == Identifier.folded(try collation(of: $0["name"], in: table, db))
            }
            let key = Set(parts.map { $0["name"] as String })
            if isOwn { kept.insert(key) } else { found.insert(key) }
        }
        return found.subtracting(kept)
    }

    /// What a column compares texts by; no PRAGMA tells it.
    private static func collation(of column: String, in table: String, _ db: Database) throws -> String {
        // SQLite owns the name; it is copied before the connection is used again.
        var name: UnsafePointer<CChar>?
        let code = sqlite3_table_column_metadata(
            db.sqliteConnection, "main", table, column, nil, &name, nil, nil, nil)
        guard code == SQLITE_OK, let name else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "collation of \(column)")
        }
        return String(cString: name)
    }

    private static func foreignKeys(_ quoted: String, _ db: Database) throws -> [TableDescription.ForeignKey]
    {
        let rows = try Row.fetchAll(db, sql: "PRAGMA main.foreign_key_list(\(quoted))")
        let groups = Dictionary(grouping: rows) { $0["id"] as Int }
        return try groups.sorted { $0.key < $1.key }.map { _, rows in
            let rows = rows.sorted { ($0["seq"] as Int) < ($1["seq"] as Int) }
            let parent: String = rows[0]["table"]
            let named = rows.compactMap { $0["to"] as String? }
            return TableDescription.ForeignKey(
                columns: rows.map { $0["from"] }, parentTable: parent,
                parentColumns: named.count == rows.count ? named : try primaryKey(of: parent, db))
        }
    }

    /// What a foreign key without column names refers to.
    private static func primaryKey(of table: String, _ db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: "PRAGMA main.table_info(\(Identifier.quoted(table)))")
            .filter { ($0["pk"] as Int) > 0 }
            .sorted { ($0["pk"] as Int) < ($1["pk"] as Int) }
            .map { $0["name"] }
    }
}
