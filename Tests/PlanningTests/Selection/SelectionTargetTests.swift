import BulkModel
import Formats
import Planning
import Testing

@Suite("Table and key of a selection")
struct SelectionTargetTests {
    @Test("A table that is not there is refused in the same words as elsewhere")
    func unknownTable() {
        let request = SelectionRequest(table: "nope", action: .delete, scope: .matching(.all([])))
        let refused = #expect(throws: Refusal.self) {
            try SelectionPlanner.plan(
                request, tenant: TenantID("acme"), catalog: catalog(), limits: Limits())
        }
        #expect(refused == refusal(spec(.delete, table: "nope"), nil))
    }

    @Test("The configured key wins over the primary key, which the tenant column never belongs to")
    func keys() throws {
        #expect(try selectionPlan().key.name == "id")
        var table = orders
        table.primaryKey = ["tenant_id", "id"]
        table.uniqueKeys = [["code", "tenant_id"]]
        #expect(try selectionPlan(table: table).key.name == "id")
        let configured = TableRules(key: "code", tenantColumn: "tenant_id")
        let plan = try selectionPlan(rules: configured, table: table)
        #expect(plan.key.name == "code")
        #expect(plan.write.key == ["code"])
        #expect(plan.write.tenant == Plan.Tenant(column: "tenant_id", value: TenantID("acme")))
    }

    @Test("A key of several columns, none at all, or one that cannot be compared is refused")
    func unusableKeys() throws {
        var table = orders
        table.primaryKey = ["id", "code"]
        let composite = try #require(selectionRefusal(table: table))
        #expect(composite.code == .invalidRequest)
        #expect(composite.issue == "composite_key")
        #expect(composite.message.contains("tables.orders.key"))
        table.primaryKey = []
        #expect(selectionRefusal(table: table)?.issue == "no_key")
        #expect(selectionRefusal(table: orders(keyType: "BLOB"))?.issue == "unusable_key")
    }

    @Test("A tenant column that the table does not have is never read over")
    func missingTenantColumn() {
        let refused = selectionRefusal(rules: TableRules(tenantColumn: "owner"))
        #expect(refused?.code == .internalError)
        #expect(refused?.issue == "no_tenant_column")
    }

    @Test("What the rules look at is what they configure and the action needs")
    func standing() throws {
        let rules = TableRules(
            status: shopStatus, archive: MarkRule(column: "archived_at"),
            lock: MarkRule(column: "locked_until"),
            softDelete: MarkRule(column: "status", value: "GONE"))
        let update = try selectionPlan(.update, updates: [.init("status", "PROCESSING")], rules: rules)
            .standing
        #expect(update.status?.name == "status")
        #expect(update.archive == nil)
        #expect(update.lock?.column.name == "locked_until")
        #expect(update.lock?.meaning == .time)
        #expect(update.softDelete?.meaning == .value("GONE"))
        let other = try selectionPlan(.update, updates: [.init("code", "A")], rules: rules).standing
        #expect(other.status == nil)
        let archive = try selectionPlan(.archive, rules: rules).standing
        #expect(archive.status == nil)
        #expect(archive.archive?.column.name == "archived_at")
        let delete = try selectionPlan(.delete, rules: rules).standing
        #expect(delete.status == nil)
        #expect(delete.archive == nil)
        #expect(try selectionPlan().standing == SelectionPlan.Standing())
        let free = TableRules(status: StatusRule(column: "status"))
        let unlimited = try selectionPlan(.update, updates: [.init("status", "X")], rules: free).standing
        #expect(unlimited.status == nil)
    }
}
