import GRDBSQLite

/// What one statement may cost SQLite, beside time and rows.
enum QueryLimits {
    static func apply(to connection: OpaquePointer) {
        for (limit, most) in limits { sqlite3_limit(connection, limit, most) }
    }

    private static let limits: [(CInt, CInt)] = [
        // One value: what zeroblob, printf, replace or group_concat can blow up.
        (SQLITE_LIMIT_LENGTH, 8 << 20),
        (SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (SQLITE_LIMIT_EXPR_DEPTH, 200),
        (SQLITE_LIMIT_COMPOUND_SELECT, 50),
        (SQLITE_LIMIT_VDBE_OP, 250_000),
        (SQLITE_LIMIT_FUNCTION_ARG, 100),
        (SQLITE_LIMIT_ATTACHED, 0),
        (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
        (SQLITE_LIMIT_VARIABLE_NUMBER, 1),
        (SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]
}
