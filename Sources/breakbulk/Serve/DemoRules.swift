import Planning

/// What the demo is configured with, as if it stood in a `breakbulk.yaml`; a table that the user's own file names is that
/// file's alone.
enum DemoRules {
    static func add(to plan: ServePlan) -> ServePlan {
        var plan = plan
        plan.rules.merge(["orders": orders]) { own, _ in own }
        return plan
    }

    private static let orders = TableRules(
        key: "id", keyPrefix: "order-", required: ["customer_id"],
        enumerations: ["status": ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"]],
        status: StatusRule(
            column: "status",
            transitions: ["PENDING": ["PROCESSING", "CANCELLED"], "PROCESSING": ["COMPLETED", "CANCELLED"]]),
        archive: MarkRule(column: "archived_at"), lock: MarkRule(column: "locked_until"),
        timestamps: TimestampRule(created: "created_at", updated: "updated_at"))
}
