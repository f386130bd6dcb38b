/// Where a selection ends, fixed when it begins: records made later are left alone.
package struct SelectionBound: Hashable, Sendable {
    /// The greatest key that existed; nil when the table was empty.
    package var lastKey: RecordKey?
    /// The greatest row number that existed (SQLite's rowid, where the table has one), which also keeps out later records
    /// with smaller keys.
    package var lastRow: Int64?

    package init(lastKey: RecordKey?, lastRow: Int64? = nil) {
        self.lastKey = lastKey
        self.lastRow = lastRow
    }
}
