extension Session {
    /// Begins, runs the body, commits; rolls back when it throws. With `isSnapshot` all statements see one snapshot, and
    /// writing a row that was changed since is refused with 40001 ("Repeatable Read Isolation Level", 13.2.2).
    @discardableResult
    func transaction<Value>(isSnapshot: Bool = false, _ body: () throws -> Value) throws -> Value {
        precondition(!isInTransaction, "a transaction is open already")
        try run(isSnapshot ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs the body in a savepoint. A failure of a record's own (`ServerFailure.isRecordFault`) undoes the
    /// body and is given; any other undoes it too and is thrown.
    func attempt<Value>(_ body: () throws -> Value) throws -> Result<Value, ServerFailure> {
        attemptDepth += 1
        defer { attemptDepth -= 1 }
        let name = "attempt_\(attemptDepth)"
        try run("SAVEPOINT \(name)")
        do {
            let value = try body()
            try run("RELEASE SAVEPOINT \(name)")
            return .success(value)
        } catch let failure as ServerFailure where failure.isRecordFault {
            try run("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
            return .failure(failure)
        } catch {
            // The first error tells more than one of this clean-up, whose loss leaves a failed transaction:
            // the caller ends that in any case.
            if !isBroken { try? run("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)") }
            throw error
        }
    }

    /// Ends whatever transaction is open, undone.
    func rollBack() {
        guard !isBroken, isInTransaction else { return }
        // Its only failure is a lost connection, which rolls back too and is noticed when the connection is
        // used next.
        try? run("ROLLBACK")
    }
}
