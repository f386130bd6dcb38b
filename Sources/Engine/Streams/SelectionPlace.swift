import BulkModel
import Planning

/// Where a stream of a selection begins.
struct SelectionPlace: Sendable {
    let job: Job
    /// Number of the last record that the reader has.
    let record: Int
    /// Key of the last committed record, nil at the start.
    let lastKey: RecordKey?
    /// Outcomes up to `record`.
    let told: JobCounts
    /// The operation may be further than the reader.
    let isResumed: Bool
    /// Time (`EngineTiming.elapsed`) when its caller asked for it.
    let begunAt: Duration
}
