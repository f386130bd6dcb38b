import CLibPQ

/// One libpq connection, handed to one caller at a time on the connection's own queue. All calls block.
///
/// Boundary to libpq: owns one `PGconn`, which is used by one thread at a time because `Session` is not
/// Sendable.
final class Session {
    let connection: OpaquePointer
    private var statements = StatementCache()
    /// Savepoints of `attempt` that are open.
    var attemptDepth = 0

    /// Takes over the connection, which is established.
    init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { PQfinish(connection) }

    /// Runs one statement, prepared when its text comes a second time; several statements are refused by the
    /// server.
    ///
    /// `$1` … are `parameters`, bound in text format (bytes in binary). Rows come in text format.
    @discardableResult
    func execute(_ sql: String, _ parameters: [Parameter] = []) throws(ServerFailure) -> Rows {
        let bound = try BoundParameters(parameters)
        let name: String
        switch statements.plan(for: sql) {
        case .once: return try rows(of: call(bound) { PQexecParams(connection, sql, $0, nil, $1, $2, $3, 0) })
        case .prepare(let new, let dropped):
            do {
                if let dropped, !isFailed { try run("DEALLOCATE \(dropped)") }
                try finish(PQprepare(connection, new, sql, 0, nil))
            } catch {
                _ = statements.forget(sql)
                throw error
            }
            name = new
        case .ready(let known): name = known
        }
        do { return try rows(of: execute(prepared: name, bound)) } catch {
            guard Self.stalePlanStates.contains(error.state) else { throw error }
            return try again(sql, bound, after: error)
        }
    }

    /// Runs statements without parameters, not prepared: transaction control and DDL.
    func run(_ sql: String) throws(ServerFailure) {
        let rows = try rows(of: PQexec(connection, sql))
        // A failed transaction's COMMIT rolls back and says so, but not as an error.
        if sql.hasPrefix("COMMIT"), rows.command == "ROLLBACK" {
            throw ServerFailure(state: "25P02", message: "the transaction had failed and was rolled back")
        }
    }

    /// True inside a transaction, be it failed.
    var isInTransaction: Bool {
        switch PQtransactionStatus(connection) {
        case PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_ACTIVE: true
        default: false
        }
    }

    /// True in a transaction that takes nothing but its end.
    var isFailed: Bool { PQtransactionStatus(connection) == PQTRANS_INERROR }

    /// True once the connection is of no use any more.
    var isBroken: Bool { PQstatus(connection) != CONNECTION_OK }

    /// Gives the result's rows, or throws what it says; `result` is freed either way.
    func rows(of result: OpaquePointer?) throws(ServerFailure) -> Rows {
        guard let result else { throw lost() }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return Rows(result)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: return Rows(result)
        default: break
        }
        defer { PQclear(result) }
        var failure = ServerFailure(result)
        if isBroken, !failure.isConnectionLost { failure.state = "08006" }
        throw failure
    }

    /// As `rows`, for results that hold none.
    func finish(_ result: OpaquePointer?) throws(ServerFailure) { _ = try rows(of: result) }

    /// For calls that failed without a result.
    func lost() -> ServerFailure {
        ServerFailure(state: "08006", message: PQerrorMessage(connection).map { String(cString: $0) } ?? "")
    }

    /// "cached plan must not change result type", and a statement that somebody deallocated.
    private static let stalePlanStates: Set<String> = ["0A000", "26000"]

    /// The tables changed under a prepared statement. Inside a transaction, which has failed by that, the
    /// caller has to begin anew.
    private func again(
        _ sql: String, _ bound: BoundParameters, after failure: ServerFailure
    ) throws(ServerFailure) -> Rows {
        let name = statements.forget(sql)
        guard !isInTransaction else {
            var failure = failure
            failure.isStalePlan = true
            throw failure
        }
        if let name, failure.state != "26000" { try run("DEALLOCATE \(name)") }
        return try rows(of: call(bound) { PQexecParams(connection, sql, $0, nil, $1, $2, $3, 0) })
    }

    private func execute(prepared name: String, _ bound: BoundParameters) -> OpaquePointer? {
        call(bound) { PQexecPrepared(connection, name, $0, $1, $2, $3, 0) }
    }

    private typealias Values = UnsafePointer<UnsafePointer<CChar>?>

    /// Lends the parameters as the pointers that libpq wants: count, values, lengths, formats.
    private func call(
        _ bound: BoundParameters,
        _ body: (Int32, Values?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> OpaquePointer?
    ) -> OpaquePointer? {
        bound.buffer.withUnsafeBytes { buffer in
            let base = buffer.baseAddress
            let values = bound.starts.map { start in
                start.flatMap { base?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return body(Int32(values.count), values, bound.lengths, bound.formats)
        }
    }
}
