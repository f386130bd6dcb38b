import Engine
import GRDBSQLite

/// Decides, while SQLite compiles a statement, what it may touch: everything not allowed is denied.
///
/// A table with a tenant column is readable only from within its private view. The accessor that SQLite names
/// is the innermost view *or common table expression*, so a view named like the table would not do: `WITH
/// orders AS (SELECT * FROM main.orders)` has that name too. Hence the unguessable name.
final class QueryAuthorizer {
    /// Lower-case names of all that exists; set before the guard is up.
    var knownNames: Set<String> = []
    /// Why the last statement was refused, in words for the caller.
    var denial: String?
    private let openTables: Set<String>
    private let shadowedTables: Set<String>
    private let privateName: String
    /// Table-valued functions that only look at their arguments.
    private static let pureModules: Set<String> = ["json_each", "json_tree"]

    init(request: QueryRequest, privateName: String) {
        self.privateName = Identifier.folded(privateName)
        let shadowed = Set(request.tenantColumns.keys).intersection(request.tables)
        shadowedTables = Set(shadowed.map(Identifier.folded))
        openTables = Set(request.tables.subtracting(shadowed).map(Identifier.folded))
            .filter { !TableReader.isHidden($0) }
    }

    /// Installs itself. The connection keeps the bare address: whoever owns the connection owns this as well.
    func guardConnection(_ connection: OpaquePointer) {
        sqlite3_set_authorizer(
            connection,
            { address, action, first, second, database, accessor in
                guard let address else { return SQLITE_DENY }
                let authorizer = Unmanaged<QueryAuthorizer>.fromOpaque(address).takeUnretainedValue()
                return authorizer.allows(
                    action, text(first), text(second), database: text(database), accessor: text(accessor))
                    ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(self).toOpaque())

        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
    }

    private func allows(
        _ action: CInt, _ first: String?, _ second: String?, database: String?, accessor: String?
    ) -> Bool {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return true
        case SQLITE_FUNCTION:
            let name = Identifier.folded(second ?? "")
            return QueryFunctions.allowed.contains(name)
                || deny("function \(name) may not be used in a query")
        case SQLITE_READ:
            let table = first ?? ""
            let accessor = accessor.map(Identifier.folded)
            return mayRead(Identifier.folded(table), column: second ?? "", database, accessor)
                || deny(refusal(table))
        default: return deny("only a SELECT is taken")
        }
    }

    private func mayRead(_ table: String, column: String, _ database: String?, _ accessor: String?) -> Bool {
        // These views hold the tenant's rows only, whoever reads them; where SQLite keeps one as a subquery it names
        // no accessor.
        if table.hasPrefix(privateName) { return true }
        if shadowedTables.contains(table) {
            // Where no column is named, the database is spelled as the caller spelled it.
            let isView = database.map { Identifier.folded($0) == "temp" } ?? true
            return isView || (accessor?.hasPrefix(privateName) ?? false)
        }
        if openTables.contains(table) || Self.pureModules.contains(table) { return true }
        // `SELECT count(*) FROM x` names no column and no database; x may then be the statement's own CTE.
        return column.isEmpty && database == nil && !knownNames.contains(table)
            && !table.hasPrefix("sqlite_") && !table.hasPrefix("pragma_")
    }

    /// Denied tables do not exist for the caller, whatever they are.
    private func refusal(_ table: String) -> String {
        shadowedTables.contains(Identifier.folded(table))
            ? "read the table \(table) by its plain name, without a schema before it"
            : "no such table: \(table)"
    }

    private func deny(_ message: String) -> Bool {
        if denial == nil { denial = message }
        return false
    }
}
