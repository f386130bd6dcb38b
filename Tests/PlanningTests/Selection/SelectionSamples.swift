import BulkModel
import Formats
import Planning

/// A table with a column of each kind of type, and one for each rule.
let orders = TableDescription(
    name: "orders",
    columns: [
        column("id", nullable: false), column("tenant_id", nullable: false), column("status"),
        column("code", "VARCHAR(5)", nullable: false), column("amount", "DECIMAL(6,2)"),
        column("quantity", "INT4"), column("rating", "REAL"), column("is_gift", "BOOLEAN"),
        column("placed_on", "DATE"), column("placed_at", "TIMESTAMP"), column("opens", "TIME"),
        column("ref", "UUID"), column("meta", "JSON"), column("photo", "BLOB"), column("anything", ""), mood,
        column("total", "REAL", generated: true), column("archived_at", "TIMESTAMP"),
        column("locked_until", "TIMESTAMP"), column("deleted_at", "TIMESTAMP"),
        column("updated_at", "TIMESTAMP"), column("updated_on", "DATE"),
    ], primaryKey: ["id"])

/// The same table with another key's type or name.
func orders(named name: String = "orders", keyType: String) -> TableDescription {
    var table = orders
    table.name = name
    table.columns[0] = column("id", keyType, nullable: false)
    return table
}

/// Transitions as in a small shop.
let shopStatus = StatusRule(
    column: "status",
    transitions: ["PENDING": ["PROCESSING", "CANCELLED"], "PROCESSING": ["COMPLETED"], "CANCELLED": []])

/// A JSON value from its text.
func json(_ text: String) throws -> JSONValue {
    try JSONParser.parse(Array(text.utf8), limits: Limits())
}

/// One term of a filter, placed as a dialect would place it.
func term(_ column: String, _ test: FilterTest, _ value: JSONValue) -> FilterExpression {
    .term(
        FilterExpression.Term(
            column: column, test: test, value: value, place: "filters.\(column).\(test.rawValue)"))
}

/// The plan of a request of tenant `acme`.
func selectionPlan(
    _ action: SelectionAction = .delete, _ scope: SelectionRequest.Scope = .matching(.all([])),
    updates: [JSONValue.Member] = [], rules: TableRules = TableRules(tenantColumn: "tenant_id"),
    table: TableDescription = orders, limits: Limits = Limits()
) throws(Refusal) -> SelectionPlan {
    try SelectionPlanner.plan(
        SelectionRequest(table: table.name, action: action, scope: scope, updates: updates),
        tenant: TenantID("acme"), catalog: Catalog(tables: [table], rules: [table.name: rules]),
        limits: limits)
}

/// The refusal of such a request, nil when it is planned.
func selectionRefusal(
    _ action: SelectionAction = .delete, _ scope: SelectionRequest.Scope = .matching(.all([])),
    updates: [JSONValue.Member] = [], rules: TableRules = TableRules(tenantColumn: "tenant_id"),
    table: TableDescription = orders, limits: Limits = Limits()
) -> Refusal? {
    do throws(Refusal) {
        _ = try selectionPlan(action, scope, updates: updates, rules: rules, table: table, limits: limits)
        return nil
    } catch {
        return error
    }
}

extension Condition {
    /// The condition in words, for comparing: `(status = text PENDING and quantity < int 5)`.
    var words: String {
        switch self {
        case .all(let parts): "(" + parts.map(\.words).joined(separator: " and ") + ")"
        case .any(let parts): "(" + parts.map(\.words).joined(separator: " or ") + ")"
        case .not(let part): "not \(part.words)"
        case .compare(let column, let comparison, let value): "\(column.name) \(comparison) \(value.words)"
        case .among(let column, let values): "\(column.name) in " + values.map(\.words).joined(separator: ",")
        case .isNull(let column): "\(column.name) null"
        }
    }
}

extension ConditionValue {
    /// As `BoundBatch.words`.
    var words: String {
        switch self {
        case .integer(let number): "int \(number)"
        case .real(let number): "real \(number)"
        case .text(let text): "text \(text)"
        case .blob(let bytes): "blob \(bytes)"
        }
    }
}

/// The condition of a filter in words.
func conditionWords(_ filter: FilterExpression) throws -> String {
    guard case .matching(let condition) = try selectionPlan(.delete, .matching(filter)).scope else {
        return "listed"
    }
    return condition.words
}
