import BulkModel
import Engine
import Formats
import Planning

extension Bench {
    /// Applies records as a file has them, checked and converted first; the first of them has the number `first`.
    @discardableResult
    func apply(texts rows: [[String]], first: Int = 1) async throws(StoreError) -> AppliedChunk {
        var bytes: [UInt8] = []
        var fields: [Field] = []
        var places: [RecordPlace] = []
        for row in rows {
            let start = UInt32(bytes.count)
            for text in row {
                fields.append(
                    Field(start: UInt32(bytes.count), length: UInt32(text.utf8.count), kind: .quoted))
                bytes.append(contentsOf: text.utf8)
            }
            places.append(RecordPlace(start: start, length: UInt32(bytes.count) - start, lineOffset: 0))
        }
        let batch = RecordBatch(
            bytes: bytes, columns: columns.map(\.column.name), fields: fields, places: places, faults: [],
            origin: Position(record: first, line: first + 1, byte: 0))
        let bound = Binder(plan: plan, emptyIs: .text).bind(batch)
        return try await fixture.store.apply(
            Chunk(job: job, plan: plan, batch: bound, start: 0, now: Self.now, isLast: false))
    }
}
