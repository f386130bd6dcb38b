import Planning

/// What `doctor` says of a SQLite file and its folder.
struct SQLiteChecks {
    let path: String
    let rules: [String: TableRules]

    /// Those that callers see: virtual tables and their shadows are no tables to them.
    private static let tableNames = """
        SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND name NOT LIKE 'breakbulk\\_%' ESCAPE '\\' AND name <> 'grdb_migrations' ORDER BY name
        """

    func findings(isServed: Bool) -> [Finding] { [database, journal, server(isServed)] + tables }

    private var database: Finding {
        let name = "database"
        guard FileProbe.exists(path) else {
            let folder = FileProbe.folder(of: path)
            guard FileProbe.isWritable(folder) else {
                return .problem(
                    name, "\(path) does not exist and \(folder) cannot be written.",
                    mend: "make the folder and let this user write to it, or set database: in breakbulk.yaml."
                )
            }
            return .good(name, "\(path) does not exist yet and will be made.")
        }
        guard FileProbe.isWritable(path) else {
            return .problem(
                name, "\(path) cannot be written by this user.",
                mend: "change its owner or mode, or run as the user who owns it.")
        }
        do throws(CommandFailure) {
            _ = try SQLiteFile(path: path, mode: .readOnly).column("PRAGMA schema_version")
        } catch {
            return .problem(name, error.message, mend: "name another file in database:, or restore this one.")
        }
        return .good(name, "\(path) can be opened and written (SQLite \(SQLiteFile.libraryVersion)).")
    }

    private var journal: Finding {
        let folder = FileProbe.folder(of: path)
        let probe = "\(folder)/.breakbulk-doctor.db"
        defer { ["", "-wal", "-shm"].forEach { FileProbe.remove(probe + $0) } }
        do throws(CommandFailure) {
            let mode = try SQLiteFile(path: probe, mode: .create).column("PRAGMA journal_mode = WAL").first
            if mode == "wal" { return .good("journal", "the write-ahead log works in \(folder).") }
        } catch {
            return .problem("journal", error.message, mend: "let this user write to \(folder).")
        }
        return .problem(
            "journal", "the write-ahead log does not work in \(folder).",
            mend: "move the database to a local disk; network file systems cannot hold it.")
    }

    private func server(_ isServed: Bool) -> Finding {
        guard isServed else { return .good("server", "no other server has the database.") }
        return .warning(
            "server", "a server has the database open.",
            mend: "nothing, if that is meant; a second server or `load --database` would be refused.")
    }

    private var tables: [Finding] {
        guard FileProbe.exists(path) else { return [] }
        do throws(CommandFailure) {
            return TableChecks(rules: rules).findings(of: try facts())
        } catch {
            return [.problem("tables", error.message, mend: "see the finding on the database above.")]
        }
    }

    private func facts() throws(CommandFailure) -> [TableFacts] {
        let file = try SQLiteFile(path: path, mode: .readOnly)
        var tables: [TableFacts] = []
        for name in try file.column(Self.tableNames).compactMap(\.self) {
            tables.append(
                TableFacts(
                    name: name,
                    columns: Set(try file.column(Self.columns(of: name, only: "1")).compactMap(\.self)),
                    hasPrimaryKey: try !file.column(Self.columns(of: name, only: "pk > 0")).isEmpty))
        }
        return tables
    }

    private static func columns(of table: String, only condition: String) -> String {
        let literal = table.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        // Generated columns show in table_xinfo only.
        return "SELECT name FROM pragma_table_xinfo('\(literal)') WHERE \(condition)"
    }
}
