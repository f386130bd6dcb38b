/// How large a filter is, told before anything is made of it.
struct FilterSize {
    private(set) var termCount = 0
    /// Levels of and, or and not; those that join a single part do not count.
    private(set) var depth = 0

    init(_ expression: FilterExpression) {
        measure(expression, depth: 0)
    }

    private mutating func measure(_ expression: FilterExpression, depth: Int) {
        switch expression {
        case .all(let parts), .any(let parts):
            let inner = parts.count == 1 ? depth : depth + 1
            self.depth = max(self.depth, inner)
            for part in parts { measure(part, depth: inner) }
        case .not(let part):
            self.depth = max(self.depth, depth + 1)
            measure(part, depth: depth + 1)
        case .term: termCount += 1
        }
    }
}
