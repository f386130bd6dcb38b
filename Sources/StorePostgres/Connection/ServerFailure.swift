/// What the server, or the way to it, said no with.
struct ServerFailure: Error {
    /// Five characters ("PostgreSQL Error Codes", Appendix A); `08006` when the connection was lost.
    var state: String
    /// The primary message: may hold the caller's data, so it goes to records and never to a log.
    var message: String
    var detail: String?
    var schema: String?
    var table: String?
    var column: String?
    var constraint: String?
    /// The line of a COPY that it speaks of, from 1.
    var copyLine: Int?
    /// It came out of a function, as far as its context tells, a trigger's for one: those may put a caller's
    /// data in any message.
    var isFromFunction = false
    /// A function raised it on purpose (`RAISE`).
    var isRaised = false
    /// A row-level security policy or a view's check option refused the row.
    var isPolicyViolation = false
    /// A statement that was prepared before the tables changed: the same again succeeds.
    var isStalePlan = false

    init(state: String, message: String) {
        self.state = state
        self.message = message
    }

    /// True when the statement's records are to blame, not the server.
    ///
    /// A function of the user's may refuse a record in any class, by `RAISE` or by its own failing statement.
    var isRecordFault: Bool {
        if isConnectionLost { return false }
        if isRaised || isPolicyViolation { return true }
        switch state.prefix(2) {
        // Cardinality, data exception, constraint, triggered change, routine exceptions, WITH CHECK OPTION,
        // PL/pgSQL.
        case "09", "20", "21", "22", "23", "27", "2F", "38", "39", "44", "P0": return true
        // A right that is missing is missing for all records.
        case "42": return isFromFunction && state != "42501"
        // An index row too large, for one.
        case "54": return state != "54001"
        default: return false
        }
    }

    /// Serialization failure or deadlock: the same transaction again may succeed.
    var isConflict: Bool { state == "40001" || state == "40P01" }

    /// True when the connection is of no use any more.
    var isConnectionLost: Bool {
        switch state {
        // Shutdown, crash, not yet started, idle session, idle in transaction.
        case "57P01", "57P02", "57P03", "57P05", "25P03": true
        default: state.hasPrefix("08")
        }
    }
}
