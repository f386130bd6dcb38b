/// The ways in which a bad sample row is broken; each of them is refused by the server.
enum SampleFault: CaseIterable, Sendable {
    /// A word where a whole number belongs (sales.quantity, customers.id).
    case badInteger
    /// A required cell is empty (sales.customer_id, customers.name).
    case missingValue
    /// A unique text of the good row before it (sales.order_number, customers.email).
    case duplicateKey
    /// A quantity of 0 (customers: a day that does not exist).
    case checkViolation
    /// Not a number or date (sales.amount, customers.created_at).
    case badValue
    /// The row ends too soon (JSON: required members are missing).
    case shortRow
}
