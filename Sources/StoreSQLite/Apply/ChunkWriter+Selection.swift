import BulkModel
import Engine
import GRDB
import Planning

extension ChunkWriter {
    /// Finds the chunk's records and applies them, in one transaction.
    func apply(_ chunk: SelectionChunk, on db: Database) throws -> AppliedChunk {
        guard let connection = db.sqliteConnection else { throw StoreError(.failed, "the store is closed") }
        var tried: [SelectedRecord] = []
        var attempt = ChunkAttempt(end: 0)
        while true {
            let applied = try transact(db) {
                let place = try place(of: chunk.job, at: chunk.firstRecord, db)
                let records = try reader.records(of: chunk, on: connection)
                guard !records.isEmpty else { return try end(chunk, at: place, db) }
                // Between two tries another process may have written: what was learnt is of other records then.
                if records != tried { attempt = ChunkAttempt(end: records.count) }
                tried = records
                return try write(
                    Self.given(chunk, records), keys: records.map(\.key), at: place, &attempt, db)
            }
            if let applied { return applied }
        }
    }

    /// The records as a chunk of given ones.
    private static func given(_ chunk: SelectionChunk, _ records: [SelectedRecord]) throws(StoreError)
        -> Chunk
    {
        let batch = chunk.plan.batch(of: records, firstRecord: chunk.firstRecord, now: chunk.now)
        guard batch.recordCount == records.count else {
            throw StoreError(
                .failed, "a selection's batch has \(batch.recordCount) of \(records.count) records")
        }
        let isLast =
            switch chunk.plan.scope {
            case .matching: records.count < chunk.recordsMax
            case .listed(let ids): chunk.firstRecord - 1 + records.count >= ids.count
            }
        var options = chunk.options
        options.keepsKeys = true
        return Chunk(
            job: chunk.job, plan: chunk.plan.write, batch: batch, start: 0, now: chunk.now, isLast: isLast,
            options: options)
    }

    /// Nothing is left: the job ends, and without a record there is no receipt to keep.
    private func end(_ chunk: SelectionChunk, at place: Place, _ db: Database) throws -> AppliedChunk {
        let applied = try JobAfterChunk.ended(place.job, firstRecord: chunk.firstRecord, at: chunk.now)
        try JobTable.save(applied.job, replacing: place.job, db)
        return applied
    }
}
