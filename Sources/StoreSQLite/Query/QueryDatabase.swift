import BulkModel
import Engine
import GRDBSQLite

/// The connection of one query: read-only, with the tenant's views, and behind the authorizer.
///
/// Invariant: used on its cursor's queue only. One connection runs one statement, so nothing a statement does
/// or learns (the views' names) can serve another.
final class QueryDatabase {
    let connection: OpaquePointer
    private let authorizer: QueryAuthorizer

    /// `privateName` must not be guessable: reading a shadowed table is allowed from the view of that name
    /// alone.
    init(path: String, request: QueryRequest, privateName: String) throws(StoreError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw SQLiteFailure.storeError(code: code, message: "cannot open \(path) for a query")
        }
        connection = opened
        authorizer = QueryAuthorizer(request: request, privateName: privateName)
        // A failure closes the connection by `deinit`, which runs once all properties are set.
        try prepare(request, privateName)
    }

    deinit { sqlite3_close_v2(connection) }

    /// The statement, when it is exactly one, reads only, and touches nothing but what it may.
    func statement(_ sql: String) throws(StoreError) -> OpaquePointer {
        let bytes = Array(sql.utf8)
        guard !bytes.contains(0) else { throw refused("the SQL holds a NUL character; remove it") }
        authorizer.denial = nil
        let (code, handle, usedBytes) = compile(bytes)
        guard code == SQLITE_OK else { throw failure(code) }
        guard let handle else { throw refused("there is no SQL statement; send one SELECT") }
        do {
            try check(handle, tail: Array(bytes[usedBytes...]))
            return handle
        } catch {
            sqlite3_finalize(handle)
            throw error
        }
    }

    /// The first statement of the text (nil when it is blank) and how many bytes it takes.
    private func compile(_ sql: [UInt8]) -> (code: CInt, handle: OpaquePointer?, usedBytes: Int) {
        sql.withUnsafeBytes { bytes in
            var handle: OpaquePointer?
            var tail: UnsafePointer<CChar>?
            let text = bytes.bindMemory(to: CChar.self)
            let code = sqlite3_prepare_v2(connection, text.baseAddress, CInt(text.count), &handle, &tail)
            let used = tail.flatMap { end in text.baseAddress.map { end - $0 } }
            return (code, handle, used ?? text.count)
        }
    }

    private func prepare(_ request: QueryRequest, _ privateName: String) throws(StoreError) {
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA cache_size = -8192")
        // A server that is starting up may hold the file for a moment.
        sqlite3_busy_timeout(connection, 5000)
        for (place, entry) in request.tenantColumns.sorted(by: { $0.key < $1.key }).enumerated()
        where request.tables.contains(entry.key) {
            let inner = Identifier.quoted("\(privateName)_\(place)")
            let column = Identifier.quoted(entry.value)
            let tenant = Identifier.literal(request.tenant.text)
            let table = Identifier.quoted(entry.key)
            // LIMIT keeps SQLite from moving the caller's conditions into the view, where one that fails (an
            // overflow, say) would be tried on other tenants' rows and tell of them. BINARY: whatever the
            // column's own collation, tenants are told apart by every letter.
            try execute(
                "CREATE TEMP VIEW \(inner) AS SELECT * FROM main.\(table) "
                    + "WHERE \(column) COLLATE BINARY = \(tenant) LIMIT -1")
            try execute("CREATE TEMP VIEW \(table) AS SELECT * FROM temp.\(inner)")
        }
        // Their first use declares a table, which the guard would refuse.
        try execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
        try execute("PRAGMA query_only = ON")
        authorizer.knownNames = try names()
        QueryLimits.apply(to: connection)
        authorizer.guardConnection(connection)
    }

    /// Everything that has a name here, lower case: what the authorizer must not take for a caller's own CTE.
    private func names() throws(StoreError) -> Set<String> {
        var names: Set<String> = []
        let sql = """
            SELECT lower(name) FROM main.sqlite_master UNION SELECT lower(name) FROM temp.sqlite_master
            UNION SELECT lower(name) FROM pragma_module_list
            """
        var handle: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &handle, nil) == SQLITE_OK else {
            throw SQLiteFailure.last(of: connection)
        }
        defer { sqlite3_finalize(handle) }
        while sqlite3_step(handle) == SQLITE_ROW {
            if let text = sqlite3_column_text(handle, 0) { names.insert(String(cString: text)) }
        }
        return names
    }

    private func execute(_ sql: String) throws(StoreError) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw SQLiteFailure.last(of: connection)
        }
    }

    private func check(_ handle: OpaquePointer, tail: [UInt8]) throws(StoreError) {
        guard isBlank(tail) else {
            throw refused("only one statement is taken; remove what follows the first")
        }
        guard sqlite3_stmt_readonly(handle) != 0, sqlite3_stmt_isexplain(handle) == 0,
            sqlite3_column_count(handle) > 0
        else { throw refused("only a SELECT is taken") }
        guard sqlite3_bind_parameter_count(handle) == 0 else {
            throw refused("parameters have no values here; write the values into the SQL")
        }
    }

    /// SQLite itself says whether anything but comments and semicolons is left.
    private func isBlank(_ tail: [UInt8]) -> Bool {
        var rest = tail
        while !rest.isEmpty {
            let (code, handle, usedBytes) = compile(rest)
            sqlite3_finalize(handle)
            guard code == SQLITE_OK, handle == nil else { return false }
            guard usedBytes > 0 else { return true }
            rest.removeFirst(usedBytes)
        }
        return true
    }

    private func failure(_ code: CInt) -> StoreError {
        if let denial = authorizer.denial { return refused(denial) }
        let primary = code & 0xFF
        guard primary == SQLITE_ERROR || primary == SQLITE_AUTH || primary == SQLITE_TOOBIG else {
            return SQLiteFailure.last(of: connection)
        }
        return refused(String(cString: sqlite3_errmsg(connection)))
    }

    private func refused(_ message: String) -> StoreError { StoreError(.queryRefused, message) }
}
