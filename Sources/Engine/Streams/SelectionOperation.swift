import BulkModel
import Planning

/// A selection that can be gone on with.
struct SelectionOperation: Sendable {
    let id: JobID
    let plan: SelectionPlan
    let bound: SelectionBound
    let options: StreamOptions
}
