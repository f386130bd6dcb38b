/// What became of one record; `error` has a `Fault` beside it.
package enum RecordAction: UInt8, CaseIterable, Sendable {
    case created = 1
    case updated = 2
    case unchanged = 3
    case deleted = 4
    case error = 5

    /// The word in the results' column `_action`; nil for an error.
    package var word: String? {
        switch self {
        case .created: "created"
        case .updated: "updated"
        case .unchanged: "unchanged"
        case .deleted: "deleted"
        case .error: nil
        }
    }
}
