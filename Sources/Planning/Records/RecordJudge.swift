package import BulkModel

/// Says by the table's rules which records may not be changed, as selections do.
package struct RecordJudge: Sendable {
    private let plan: SelectionPlan
    private let rule: StatusRule?

    package init(_ target: RecordTarget) {
        plan = Self.plan(target, transitions: nil, next: nil)
        rule = target.standing.status == nil ? nil : target.rules.status
        self.target = target
    }

    private let target: RecordTarget

    /// Why the record may not be changed, nil when it may; `status` is the one that the change sets, nil when it sets none.
    package func judge(_ record: SelectedRecord, status: RecordRow.Status? = nil) -> Refusal? {
        guard let status, let rule else { return plan.judge(record, number: 1).map { Refusal($0) } }
        return Self.plan(target, transitions: rule, next: status.text).judge(record, number: 1)
            .map { Refusal($0) }
    }

    /// What is told of a record that no caller of the tenant has.
    package func notFound(_ id: String) -> Refusal {
        judge(SelectedRecord(key: .text(id), exists: false))
            ?? Refusal(.recordNotFound, "There is no record with this id.")
    }

    private static func plan(_ target: RecordTarget, transitions: StatusRule?, next: String?) -> SelectionPlan
    {
        let write = Plan(
            operation: .update, table: target.table, inputs: [], key: [target.key.name],
            tenant: target.tenant)
        return SelectionPlan(
            write: write, action: .update, key: target.key, scope: .listed([]), standing: target.standing,
            updatedFields: [], transitions: transitions, nextStatus: next,
            row: RowTemplate(bytes: [], values: [], times: []), noun: Noun.of(table: target.table.name))
    }
}
