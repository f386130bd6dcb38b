/// The ways in which a bad sample row is broken; each of them is refused by the server.
enum SampleFault: CaseIterable, Sendable {
    /// A word where a whole number belongs (sales.quantity, customers.id, orders.customer_id, invoices.id).
    case badInteger
    /// A required cell is empty (sales.customer_id, customers.name, orders.customer_id, invoices.order_id).
    case missingValue
    /// A unique value of the good row before it (sales.order_number, customers.email, orders.id, invoices.id).
    case duplicateKey
    /// A quantity of 0 (customers: a day that does not exist; orders: an unknown status; invoices: an amount of 0).
    case checkViolation
    /// Not a number or date (sales.amount, customers.created_at, orders.total_amount, invoices.issued_at).
    case badValue
    /// The row ends too soon (JSON: required members are missing).
    case shortRow
}
