/// The tables that there is sample data for.
enum SampleTable: String, CaseIterable, Sendable {
    case sales, customers

    /// Columns in file order.
    var columns: [StaticString] {
        switch self {
        case .sales:
            [
                "id", "order_number", "customer_id", "product", "quantity", "unit_price", "amount", "status",
                "sold_at", "note",
            ]
        case .customers: ["id", "name", "email", "created_at"]
        }
    }

    /// The id of a new file's first row: beyond the rows of the demo database, so that the file can be
    /// inserted there.
    static let firstIDDefault = 1_000_001
}
