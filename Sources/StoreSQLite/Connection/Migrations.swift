import Engine
import GRDB

/// Brings the job tables to this version's shape.
enum Migrations {
    /// Applied steps are named in GRDB's own table; the prefix keeps them apart from another program's in the
    /// same file.
    private static let prefix = "breakbulk-"

    static func apply(to writer: some DatabaseWriter, path: String) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration(prefix + "1") { db in
            for statement in Statements.schemaVersion1 { try db.execute(sql: statement) }
        }
        // Immediate: the other kind looks through every table of the file for foreign keys without parents.
        migrator.registerMigration(prefix + "2", foreignKeyChecks: .immediate) { db in
            for statement in Statements.schemaVersion2 { try db.execute(sql: statement) }
        }
        migrator.registerMigration(prefix + "3", foreignKeyChecks: .immediate) { db in
            for statement in Statements.schemaVersion3 { try db.execute(sql: statement) }
        }
        let known = migrator.migrations
        let applied = try writer.read { db in try migrator.appliedIdentifiers(db).union(foreign(db)) }
        let newer = applied.filter { $0.hasPrefix(prefix) && !known.contains($0) }
        guard newer.isEmpty else {
            throw StoreError(
                .unusable,
                "the job tables in \(path) were written by a newer Breakbulk "
                    + "(\(newer.sorted().joined(separator: ", "))); run that version, or open another database"
            )
        }
        guard !Set(known).isSubset(of: applied) else { return }
        try migrator.migrate(writer)
    }

    /// `appliedIdentifiers` leaves out names the migrator does not know; a newer version shows only here.
    private static func foreign(_ db: Database) throws -> Set<String> {
        guard try db.tableExists("grdb_migrations") else { return [] }
        return try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations")
    }
}
