/// Records to list, in order, a page at a time.
package struct RecordQuery: Sendable {
    package var target: RecordTarget
    package var condition: Condition
    /// Ends with the key, so that the order is total; columns that are NULL come last, whichever the direction.
    package var order: [Term]
    /// The values of `order` in the last record of the page before, one for each term; nil for the first page.
    package var after: [ConditionValue?]?
    /// At most so many, from 1.
    package var limit: Int

    /// One column of the order.
    package struct Term: Hashable, Sendable {
        package var column: ColumnDescription
        package var isDescending: Bool

        package init(column: ColumnDescription, isDescending: Bool) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    package init(
        target: RecordTarget, condition: Condition, order: [Term], after: [ConditionValue?]? = nil, limit: Int
    ) {
        self.target = target
        self.condition = condition
        self.order = order
        self.after = after
        self.limit = limit
    }
}
