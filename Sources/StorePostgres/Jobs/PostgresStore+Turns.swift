package import BulkModel
package import Engine

/// Whose turn it is, and cutting: the short transactions that come before a lease.
extension PostgresStore {
    package func turns(limit: Int) async throws(StoreError) -> [Job] {
        try await pool.with { session in
            try Self.jobs(session.execute(Statements.selectTurns, [.integer(limit)]))
        }
    }

    package func cutPlace(of id: JobID) async throws(StoreError) -> CutPlace {
        try await pool.with { session in
            let rows = try session.execute(Statements.selectCutPlace, [.storable(id.text)])
            guard let record = rows.count > 0 ? rows.integer(0, 0) : nil else { throw Self.notFound(id) }
            return CutPlace(record: record, openCount: rows.integer(0, 1) ?? 0)
        }
    }

    package func cut(
        _ records: Range<Int>, of id: JobID, openMax: Int
    ) async throws(StoreError) -> Bool {
        try await transaction { session in
            let (job, cutRecord) = try Self.locked(id, session)
            guard job.state == .inProgress, cutRecord == records.lowerBound, !records.isEmpty else {
                return false
            }
            // A statement of its own: only what begins behind the lock sees what was committed before it.
            let open = try session.execute(Statements.countChunks, [.storable(id.text)]).integer(0, 0) ?? 0
            guard open < openMax else { return false }
            try session.execute(
                Statements.cutChunk,
                [.storable(id.text), .integer(records.lowerBound), .integer(records.count)])
            return true
        }
    }

    package func passTurn(of id: JobID) async throws(StoreError) {
        try await pool.with { session in
            _ = try session.execute(Statements.passTurn, [.storable(id.text)])
        }
    }
}
