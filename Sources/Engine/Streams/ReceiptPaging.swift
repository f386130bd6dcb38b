import BulkModel

/// How many receipts are read at once, so that large ones are in memory one by one and small ones do not cost a call each.
struct ReceiptPaging: Sendable {
    private(set) var limit = 1
    private let recordsMax: Int
    private static let limitMax = 32

    init(limits: Limits) { recordsMax = limits.streamChunkRecordsMax }

    /// Learns from the last receipt of a page: its neighbours are of its size, or twice that.
    mutating func take(_ last: ChunkReceipt) {
        limit = min(limit * 2, Self.limitMax, max(1, recordsMax / max(1, last.recordCount)))
    }
}
