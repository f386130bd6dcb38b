import BulkModel

/// How many records the next chunk should have, so that applying one takes about `target`.
struct ChunkSizer: Sendable {
    /// Records of the next chunk.
    private(set) var records: Int
    private let isFixed: Bool
    private let bounds: ClosedRange<Int>
    private let target: Duration

    /// Before anything is known of a table's speed.
    private static let recordsAtFirst = 2000

    init(limits: Limits, target: Duration, fixedRecords: Int? = nil) {
        bounds = limits.chunkRecordsMin...max(limits.chunkRecordsMin, limits.chunkRecordsMax)
        self.target = target
        isFixed = fixedRecords != nil
        let wanted = fixedRecords ?? Self.recordsAtFirst
        records = isFixed ? min(max(1, wanted), bounds.upperBound) : Self.clamp(wanted, bounds)
    }

    /// Learns from an applied chunk: at most doubles or halves.
    mutating func observe(records count: Int, took duration: Duration) {
        guard !isFixed, count > 0 else { return }
        let seconds = max(duration / .seconds(1), 1e-6)
        let ideal = Double(count) / seconds * (target / .seconds(1))
        let most = Double(records * 2)
        let least = Double(records / 2)
        records = Self.clamp(Int(min(max(ideal, least), most)), bounds)
    }

    private static func clamp(_ count: Int, _ bounds: ClosedRange<Int>) -> Int {
        min(max(count, bounds.lowerBound), bounds.upperBound)
    }
}
