import BulkModel
import Engine
import Planning

/// What the demo is configured with, as if it stood in a `breakbulk.yaml`; a table that the user's own file names is that
/// file's alone.
enum DemoRules {
    private static let rules = ["orders": orders, "resources": resources]

    private static let orders = TableRules(
        key: "id", required: ["customer_id"],
        enumerations: ["status": ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"]],
        status: StatusRule(
            column: "status",
            transitions: ["PENDING": ["PROCESSING", "CANCELLED"], "PROCESSING": ["COMPLETED", "CANCELLED"]]),
        archive: MarkRule(column: "archived_at"), lock: MarkRule(column: "locked_until"),
        timestamps: TimestampRule(created: "created_at", updated: "updated_at"))

    private static let resources = TableRules(
        key: "id", keyPrefix: "res_",
        enumerations: [
            "type": ["document", "image", "video"], "status": ["draft", "active", "published", "archived"],
        ],
        softDelete: MarkRule(column: "deleted_at"),
        timestamps: TimestampRule(created: "created_at", updated: "updated_at"))

    /// The plan with those that fit its database: somebody's own table of the same name goes without.
    static func add(to plan: ServePlan) async throws(CommandFailure) -> ServePlan {
        let tables = try await tables(of: plan)
        var plan = plan
        for (name, rule) in rules where plan.rules[name] == nil {
            let isFitting = Catalog(tables: tables, rules: [name: rule]).problems.isEmpty
            if isFitting { plan.rules[name] = rule }
        }
        return plan
    }

    private static func tables(of plan: ServePlan) async throws(CommandFailure) -> [TableDescription] {
        let database = try await OpenDatabase.open(plan.database, limits: plan.limits, role: .tool)
        defer { database.close() }
        do {
            return try await database.store.tables()
        } catch {
            throw StoreFailure.failure(error)
        }
    }
}
