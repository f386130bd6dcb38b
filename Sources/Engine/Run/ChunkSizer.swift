import BulkModel

/// How many records the next chunk should have, so that applying one takes about `target`.
struct ChunkSizer: Sendable {
    /// Records of the next chunk.
    private(set) var records: Int
    private let isFixed: Bool
    /// Chunks are never shorter than `records`.
    private var isWhole = false
    private let bounds: ClosedRange<Int>
    private let target: Duration

    /// Before anything is known of a table's speed.
    private static let recordsAtFirst = 2000

    /// Of a stream, whose first outcomes are wanted at once.
    private static let streamRecordsAtFirst = 100
    /// What the chunks of a stream aim at where there is one writer: its caller watches them come.
    private static let streamDurationTarget = Duration.milliseconds(100)

    init(limits: Limits, target: Duration, fixedRecords: Int? = nil) {
        self.init(
            bounds: limits.chunkRecordsMin...max(limits.chunkRecordsMin, limits.chunkRecordsMax),
            target: target, recordsAtFirst: Self.recordsAtFirst, fixedRecords: fixedRecords)
    }

    /// For the chunks of a job. A dry run is undone chunk by chunk, so it sees nothing of the chunks before: they are as
    /// large as allowed, whatever else was asked for.
    init(_ spec: JobSpec, limits: Limits, target: Duration) {
        let isDryRun = spec.options.isDryRun
        self.init(
            limits: limits, target: target,
            fixedRecords: isDryRun ? limits.chunkRecordsMax : spec.chunkRecords)
        isWhole = isDryRun
    }

    /// For the chunks of a stream: begins small; `isShared` says that the store has many writers.
    init(streamUnder limits: Limits, isShared: Bool, fixedRecords: Int?) {
        self.init(
            bounds: 1...max(1, limits.streamChunkRecordsMax),
            target: isShared ? limits.sharedChunkDurationTarget : Self.streamDurationTarget,
            recordsAtFirst: Self.streamRecordsAtFirst, fixedRecords: fixedRecords)
    }

    private init(bounds: ClosedRange<Int>, target: Duration, recordsAtFirst: Int, fixedRecords: Int?) {
        self.bounds = bounds
        self.target = target
        isFixed = fixedRecords != nil
        let wanted = fixedRecords ?? recordsAtFirst
        records = isFixed ? min(max(1, wanted), bounds.upperBound) : Self.clamp(wanted, bounds)
    }

    /// Records of the next chunk; while several jobs take turns their chunks are shorter, so that a small job does not wait
    /// for long ones.
    func records(sharingTurns isShared: Bool) -> Int { isShared && !isWhole ? records / 4 : records }

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
