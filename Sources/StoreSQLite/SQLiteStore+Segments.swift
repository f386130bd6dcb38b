package import BulkModel
package import Engine
import GRDB

extension SQLiteStore {
    package func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        // Of no use before the change of the job that makes the upload its own, which is durable and covers this.
        try await write(isLate: true) { db in
            let sequence = try Self.sequence(of: id, db)
            // The page with the first record replaces all, a header's empty page before it included.
            let first = page.firstRecord <= 1 ? 0 : page.firstRecord
            try db.run(Statements.deleteSegmentsFrom, [sequence, source.rawValue, first])
            try db.run(
                Statements.insertSegments,
                [
                    sequence, source.rawValue, page.firstRecord, page.recordCount,
                    DatabaseBlob.value(SegmentCodec.encode(page)),
                ])
        }
    }

    package func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try await read { db in
            let sequence = try Self.sequence(of: id, db)
            let row = try db.row(Statements.selectSegments, [sequence, source.rawValue, record])
            guard let row, record < (row["first_record"] as Int) + (row["record_count"] as Int) else {
                return nil
            }
            return try SegmentCodec.page(DatabaseBlob.bytes(row, "segments"))
        }
    }
}
