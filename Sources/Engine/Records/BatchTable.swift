import BulkModel
import Planning

/// A table that a batch works on, with all that is known of it before the work begins.
struct BatchTable: Sendable {
    let target: RecordTarget
    let keys: RecordKeyReader
    let judge: RecordJudge
    let create: RecordChecker
    let patch: RecordChecker
    let replace: RecordChecker
    /// Nil when the batch deletes none of its records.
    let deletion: RecordDeletion?

    init(
        _ name: String, deletes: Bool, isSoft: Bool?, tenant: TenantID, catalog: Catalog, limits: Limits,
        now: Timestamp
    ) throws(Refusal) {
        target = try RecordPlanner.target(name, tenant: tenant, catalog: catalog)
        keys = RecordKeyReader(target)
        judge = RecordJudge(target)
        create = try RecordChecker(target, .create, now: now, limits: limits)
        patch = try RecordChecker(target, .patch, now: now, limits: limits)
        replace = try RecordChecker(target, .replace, now: now, limits: limits)
        deletion =
            deletes
            ? try RecordDeletion(name, isSoft: isSoft, tenant: tenant, catalog: catalog, limits: limits)
            : nil
    }

    func checker(_ change: RecordChange) -> RecordChecker {
        switch change {
        case .create: create
        case .patch: patch
        case .replace: replace
        }
    }
}
