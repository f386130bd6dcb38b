/// The tables that there is sample data for; one that refers to another stands behind it.
enum SampleTable: String, CaseIterable, Sendable {
    case sales, customers, orders, invoices, resources

    /// Columns in file order.
    var columns: [StaticString] {
        switch self {
        case .sales:
            [
                "id", "order_number", "customer_id", "product", "quantity", "unit_price", "amount", "status",
                "sold_at", "note",
            ]
        case .customers: ["id", "name", "email", "created_at"]
        case .orders:
            [
                "id", "customer_id", "status", "total_amount", "created_at", "updated_at", "archived_at",
                "locked_until",
            ]
        case .invoices: ["id", "order_id", "amount", "issued_at"]
        case .resources:
            ["id", "name", "type", "status", "metadata", "created_at", "updated_at", "deleted_at"]
        }
    }

    /// True when the database can make the ids.
    var hasAutomaticKey: Bool { self != .orders && self != .resources }

    /// The id of a new file's first row: beyond the rows of the demo database, so that the file can be
    /// inserted there.
    static let firstIDDefault = 1_000_001
}
