package import BulkModel
package import Engine
import Formats
import GRDB

extension SQLiteStore {
    package func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        // Chunks in the middle of an upload may be lost in a power cut, with their receipts: they are done again then.
        // The end of a job is told to the caller, and a stream's outcomes chunk by chunk, so those must last.
        try await applyChunk(durably: chunk.isLast || chunk.options.keepsKeys) { [chunkWriter] db in
            try chunkWriter.apply(chunk, on: db)
        }
    }

    /// Runs `body` on the writer, and lets it copy the log back when that is due.
    func applyChunk(
        durably isDurable: Bool, _ body: @escaping @Sendable (Database) throws -> AppliedChunk
    ) async throws(StoreError) -> AppliedChunk {
        try await onWriter { [gauge] db in
            let applied = isDurable ? try Self.durably(db) { try body(db) } : try body(db)
            gauge.copyIfDue(db)
            return applied
        }
    }

    package func receipts(
        of id: JobID, from record: Int, limit: Int
    ) async throws(StoreError) -> [ChunkReceipt] {
        try await read { db in
            let sequence = try Self.sequence(of: id, db)
            let rows = try db.rows(
                Statements.selectReceipts, ["job": sequence, "record": record, "limit": limit])
            var receipts: [ChunkReceipt] = []
            var faultCount = 0
            for row in rows where faultCount < Self.faultsAPage {
                let first: Int = row["first_record"]
                let end = first + (row["record_count"] as Int)
                let receipt = ChunkReceipt(
                    firstRecord: first, actions: try ReceiptCodec.actions(DatabaseBlob.bytes(row, "actions")),
                    keys: try ReceiptCodec.keys(DatabaseBlob.bytes(row, "keys")),
                    faults: try Self.faults(from: first, to: end, sequence, db),
                    appliedAt: JobRow.time(row["applied_at"]))
                faultCount += receipt.faults.count
                receipts.append(receipt)
            }
            return receipts
        }
    }

    /// With so many faults read, a page of receipts ends early: what bounds its memory.
    private static let faultsAPage = 10_000

    private static func faults(
        from first: Int, to end: Int, _ sequence: Int64, _ db: Database
    ) throws -> [RecordFault] {
        let rows = try db.rows(Statements.selectErrors, [sequence, first, end])
        return try rows.map { row in
            let record: Int = row["record"]
            let fault = Fault(
                try JobRow.known(row["code"]), issue: row["issue"],
                at: Position(record: record, line: row["line"], byte: row["byte"]),
                column: row["column_name"],
                message: row["message"])
            return RecordFault(index: record - first, fault: fault)
        }
    }
}
