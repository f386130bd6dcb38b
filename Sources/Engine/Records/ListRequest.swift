package import Formats
package import Planning

/// Records of a table to list, as a dialect read it.
package struct ListRequest: Sendable {
    package var filter: FilterExpression
    /// Columns to sort by, before the key.
    package var sort: [Sort]
    /// The place of the page before (`RecordPage.next`); nil for the first page.
    package var after: [JSONValue]?
    package var limit: Int

    /// One column to sort by.
    package struct Sort: Hashable, Sendable {
        package var column: String
        package var isDescending: Bool

        package init(column: String, isDescending: Bool) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    package init(
        filter: FilterExpression, sort: [Sort], after: [JSONValue]? = nil, limit: Int
    ) {
        self.filter = filter
        self.sort = sort
        self.after = after
        self.limit = limit
    }
}

/// A page of a list.
package struct RecordPage: Sendable {
    /// Each a JSON object.
    package var records: [[UInt8]]
    /// Where the next page begins; nil on the last one.
    package var next: [JSONValue]?

    package init(records: [[UInt8]], next: [JSONValue]?) {
        self.records = records
        self.next = next
    }
}
