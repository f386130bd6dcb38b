/// A record of a selection as its chunk found it, with what the rules judge by.
package struct SelectedRecord: Hashable, Sendable {
    package var key: RecordKey
    /// False for a listed id that no record of the caller's has.
    package var exists: Bool
    /// The status column's value where the plan changes it, as text; nil when NULL or not asked for.
    package var status: String?
    package var isArchived: Bool
    package var isLocked: Bool
    /// What `Standing.documents` hold, in that order; nil for NULL.
    package var documents: [String?] = []

    package init(
        key: RecordKey, exists: Bool = true, status: String? = nil, isArchived: Bool = false,
        isLocked: Bool = false
    ) {
        self.key = key
        self.exists = exists
        self.status = status
        self.isArchived = isArchived
        self.isLocked = isLocked
    }
}
