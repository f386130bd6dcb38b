package import BulkModel
package import Engine

extension PostgresStore {
    package func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError) {
        try await transaction { session in
            // Locked, so that a sweep or another upload of the job does not come between.
            _ = try Self.locked(id, session)
            // The page with the first record replaces all, a header's empty page before it included.
            let first = page.firstRecord <= 1 ? 0 : page.firstRecord
            try session.execute(
                Statements.deleteSegmentsFrom,
                [.storable(id.text), .text(source.rawValue), .integer(first)])
            try session.execute(
                Statements.insertSegments,
                [
                    .storable(id.text), .text(source.rawValue), .integer(page.firstRecord),
                    .integer(page.recordCount), .bytes(SegmentCodec.encode(page)),
                ])
        }
    }

    package func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage? {
        try await pool.with { session in
            let rows = try session.execute(
                Statements.selectSegments,
                [.storable(id.text), .text(source.rawValue), .integer(record)])
            guard rows.count > 0, let first = rows.integer(0, 1), let count = rows.integer(0, 2),
                record < first + count
            else { return nil }
            return try SegmentCodec.page(rows.bytes(0, 0))
        }
    }
}
