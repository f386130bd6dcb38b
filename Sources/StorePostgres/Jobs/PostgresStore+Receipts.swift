package import BulkModel
package import Engine
import Formats

extension PostgresStore {
    package func receipts(
        of id: JobID, from record: Int, limit: Int
    ) async throws(StoreError) -> [ChunkReceipt] {
        try await pool.with { session in
            let rows = try session.execute(
                Statements.selectReceipts, [.storable(id.text), .integer(record), .integer(limit)])
            var receipts: [ChunkReceipt] = []
            var faultCount = 0
            for row in 0..<rows.count where faultCount < Self.faultsAPage {
                let receipt = try Self.receipt(rows, row, of: id, session)
                faultCount += receipt.faults.count
                receipts.append(receipt)
            }
            return receipts
        }
    }

    /// With so many faults read, a page of receipts ends early: what bounds its memory.
    private static let faultsAPage = 10_000

    private static func receipt(
        _ rows: Rows, _ row: Int, of id: JobID, _ session: Session
    ) throws -> ChunkReceipt {
        var reader = RowReader(rows, row)
        let first = reader.integer()
        let end = first + reader.integer()
        let actions = try ReceiptCodec.actions(reader.bytes())
        let keys = try ReceiptCodec.keys(reader.bytes())
        let hasFaults = actions.runs.contains { $0.action == .error }
        let faults = hasFaults ? try faults(from: first, to: end, of: id, session) : []
        return ChunkReceipt(
            firstRecord: first, actions: actions, keys: keys, faults: faults,
            appliedAt: reader.optionalTime())
    }

    private static func faults(
        from first: Int, to end: Int, of id: JobID, _ session: Session
    ) throws -> [RecordFault] {
        let rows = try session.execute(
            Statements.selectErrors, [.storable(id.text), .integer(first), .integer(end)])
        return try (0..<rows.count).map { row in
            var reader = RowReader(rows, row)
            let position = Position(
                record: reader.integer(), line: reader.integer(), byte: reader.integer())
            let fault = Fault(
                try reader.known(), issue: reader.optionalText(), at: position,
                column: reader.optionalText(), message: reader.text())
            return RecordFault(index: position.record - first, fault: fault)
        }
    }

    /// Keeps the receipt, and each of its faults.
    static func insert(_ receipt: ChunkReceipt, of id: JobID, _ session: Session) throws(ServerFailure) {
        let job = Parameter.storable(id.text)
        try session.execute(
            Statements.insertReceipt,
            [
                job, .integer(receipt.firstRecord), .integer(receipt.recordCount),
                .bytes(ReceiptCodec.encode(receipt.actions)), .bytes(ReceiptCodec.encode(receipt.keys)),
                .optional(receipt.appliedAt),
            ])
        guard !receipt.faults.isEmpty else { return }
        let faults = receipt.faults.map(\.fault)
        try session.execute(
            Statements.insertErrors,
            [
                job, .integers(receipt.faults.map { receipt.firstRecord + $0.index }),
                .integers(faults.map(\.position.line)), .integers(faults.map(\.position.byte)),
                .texts(faults.map(\.code.rawValue)), .texts(faults.map { $0.issue ?? "" }),
                .texts(faults.map { Parameter.storableText($0.column ?? "") }),
                .texts(faults.map { Parameter.storableText($0.message) }),
            ])
    }
}
