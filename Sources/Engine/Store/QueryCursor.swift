/// A running query, read page by page; one reader at a time. Dropping it ends the query.
package protocol QueryCursor: Sendable {
    /// Names of the result's columns.
    var columns: [String] { get }

    /// The next rows, rendered, at most about 256 KiB; nil after the last. Throws `queryLimit` when over a limit.
    func next() async throws(StoreError) -> QueryPage?
}

/// Whole rendered rows of a query.
package struct QueryPage: Sendable {
    package var bytes: [UInt8]
    package var rowCount: Int

    package init(bytes: [UInt8], rowCount: Int) {
        self.bytes = bytes
        self.rowCount = rowCount
    }
}
