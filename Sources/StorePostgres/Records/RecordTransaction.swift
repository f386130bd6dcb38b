import Engine

/// Runs work on single records in one snapshot and one durable commit, and again when another writer was ahead.
struct RecordTransaction: Sendable {
    let catalog: CatalogReader
    let lockWaitMax: Duration

    /// A body that meets other writers so often is given up for now. Of those that meet one always gets through, so this is
    /// how many may change the same records at once.
    private static let triesMax = 16

    /// What came of one try.
    private enum Try<Value> {
        case done(Value)
        case again(ServerFailure)
    }

    func run<Value>(
        _ session: Session,
        _ body: (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) throws -> Value {
        var conflict: ServerFailure?
        for _ in 0..<Self.triesMax {
            switch try attempt(session, body) {
            case .done(let value): return value
            case .again(let failure): conflict = failure
            }
        }
        throw conflict ?? StoreError(.busy, "other writers change the same records; try again")
    }

    private func attempt<Value>(
        _ session: Session,
        _ body: (any RecordSession) throws(StoreError) -> RecordWork<Value>
    ) throws -> Try<Value> {
        let records = PostgresRecordSession(session, catalog: catalog)
        do {
            try session.run("BEGIN ISOLATION LEVEL REPEATABLE READ; \(settings)")
            let work = try body(records)
            // The body may have gone on behind it, with half of what there is to know.
            if let conflict = records.conflict { throw conflict }
            switch work {
            case .commit(let value):
                try session.run("COMMIT")
                return .done(value)
            case .undo(let value):
                try session.run("ROLLBACK")
                return .done(value)
            }
        } catch {
            session.rollBack()
            if let conflict = records.conflict { return .again(conflict) }
            guard let failure = error as? ServerFailure, failure.isConflict else { throw error }
            return .again(failure)
        }
    }

    private var settings: String {
        [
            ChunkTransaction.lockLimit(lockWaitMax), ChunkTransaction.plans, SelectionSQL.plans,
            PostgresStore.flushAtCommit,
        ].joined(separator: "; ")
    }
}
