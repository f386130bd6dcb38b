/// The table of single records: how they are found, whose they are, and what the rules look at.
package struct RecordTarget: Sendable {
    package let table: TableDescription
    package let rules: TableRules
    /// The one column that identifies records.
    package let key: ColumnDescription
    package let tenant: Plan.Tenant?
    /// What to read of each record before it is changed; `softDelete` marks those that do not exist.
    package let standing: SelectionPlan.Standing

    package init(
        table: TableDescription, rules: TableRules, key: ColumnDescription, tenant: Plan.Tenant?,
        standing: SelectionPlan.Standing
    ) {
        self.table = table
        self.rules = rules
        self.key = key
        self.tenant = tenant
        self.standing = standing
    }
}
