/// One figure over a job's records, like `total_amount: sum(amount)`.
package struct Aggregate: Hashable, Sendable {
    /// How the answer calls it.
    package var name: String
    package var function: Function
    /// The column it runs over, nil for the functions that count records.
    package var column: String?

    /// What is worked out; `count`, `succeeded` and `failed` count the job's records.
    package enum Function: String, CaseIterable, Sendable {
        case sum, avg, min, max, count, succeeded, failed

        /// True when the function needs a column.
        package var takesColumn: Bool {
            switch self {
            case .sum, .avg, .min, .max: true
            case .count, .succeeded, .failed: false
            }
        }
    }

    package init(name: String, function: Function, column: String? = nil) {
        self.name = name
        self.function = function
        self.column = column
    }

    /// From the configuration's spelling, `sum(amount)` or `count()`; nil when it is not understood.
    package init?(name: String, expression: String) {
        let text = expression.trimmingSpaces
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "("),
            let function = Function(rawValue: text[..<open].trimmingSpaces.lowercased())
        else { return nil }
        let column = text[text.index(after: open)...].dropLast().trimmingSpaces
        guard column.isEmpty != function.takesColumn else { return nil }
        self.init(name: name, function: function, column: column.isEmpty ? nil : column)
    }
}
