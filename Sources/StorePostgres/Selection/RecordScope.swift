import Planning

/// What finds the caller's records of a table, and what of each is looked at: of a selection, or of single records.
struct RecordScope {
    /// The one column that identifies records.
    let key: ColumnDescription
    let tenant: Plan.Tenant?
    let standing: SelectionPlan.Standing

    init(_ plan: SelectionPlan) {
        key = plan.key
        tenant = plan.write.tenant
        standing = plan.standing
    }

    init(_ target: RecordTarget) {
        key = target.key
        tenant = target.tenant
        standing = target.standing
    }
}
