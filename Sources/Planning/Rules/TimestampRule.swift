/// Columns that the server sets when a record is made and when it is changed.
package struct TimestampRule: Hashable, Sendable {
    package var created: String?
    package var updated: String?

    package init(created: String? = nil, updated: String? = nil) {
        self.created = created
        self.updated = updated
    }
}
