import CLibPQ
import Engine

/// Boundary to libpq: every result is freed where it is made.
extension Session {
    /// The columns that a caller's statement gives, found out without running it; refuses what is not one statement with
    /// columns and without parameters.
    func describeQuery(_ sql: String) throws(StoreError) -> [String] {
        let prepared = PQprepare(connection, "", sql, 0, nil)
        defer { PQclear(prepared) }
        try checkQuery(prepared)
        let description = PQdescribePrepared(connection, "")
        defer { PQclear(description) }
        try checkQuery(description)
        guard PQnparams(description) == 0 else {
            throw StoreError(
                .queryRefused, "parameters have no values here; write the values into the SQL")
        }
        let names = (0..<PQnfields(description)).map { column in
            PQfname(description, column).map { String(cString: $0) } ?? ""
        }
        guard !names.isEmpty else { throw StoreError(.queryRefused, "only a SELECT is taken") }
        return names
    }

    /// What the server stores instead of a role's password: so that the password itself is in no statement, and no log.
    func verifier(of password: String, for role: String) throws(ServerFailure) -> String {
        guard let text = PQencryptPasswordConn(connection, password, role, nil) else { throw lost() }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    /// Throws what a result says, with the place in the caller's text.
    func checkQuery(_ result: OpaquePointer?) throws(StoreError) {
        guard let result else { throw lost().storeError }
        let status = PQresultStatus(result)
        guard status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK, status != PGRES_COPY_OUT else { return }
        let failure = ServerFailure(result)
        guard !isBroken, !failure.isConnectionLost else {
            throw StoreError(.busy, "the query's connection was lost")
        }
        throw failure.queryError(
            hint: Self.field("H", of: result), position: Self.field("P", of: result))
    }

    private static func field(_ code: Character, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
}
