extension Session {
    /// As `transaction`, with one snapshot for all its statements: writing a row that was changed since is refused with
    /// 40001 ("Repeatable Read Isolation Level", 13.2.2).
    func snapshotTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        precondition(!isInTransaction, "a transaction is open already")
        try run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }
}
