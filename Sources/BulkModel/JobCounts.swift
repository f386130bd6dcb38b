/// How many records a job has read and what became of them; all are counts of records.
///
/// Invariant: `succeeded + failed + unprocessed == read`, and `created + updated + unchanged + deleted == succeeded`.
package struct JobCounts: Hashable, Sendable {
    /// Records in the upload (query jobs: rows written to the result).
    package var read = 0
    package var succeeded = 0
    package var failed = 0
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    package var deleted = 0

    package init() {}

    /// Records with an outcome.
    package var processed: Int { succeeded + failed }

    /// Records without an outcome yet (or for ever, once the job has ended).
    package var unprocessed: Int { read - processed }

    /// Adds `count` records that all ended as `action`.
    package mutating func add(_ action: RecordAction, count: Int) {
        switch action {
        case .created: created += count
        case .updated: updated += count
        case .unchanged: unchanged += count
        case .deleted: deleted += count
        case .error:
            failed += count
            return
        }
        succeeded += count
    }
}
