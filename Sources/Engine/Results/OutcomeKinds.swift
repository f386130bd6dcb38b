import BulkModel

/// Which kinds of outcomes are shown.
struct OutcomeKinds: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let failed = OutcomeKinds(rawValue: 1)
    static let successful = OutcomeKinds(rawValue: 2)
    static let unprocessed = OutcomeKinds(rawValue: 4)

    /// Whether records with this action are among them.
    func holds(_ action: RecordAction) -> Bool { contains(action == .error ? .failed : .successful) }
}

extension ResultRequest.Part {
    /// The kinds of outcomes that belong to the part.
    var kinds: OutcomeKinds {
        switch self {
        case .all: [.failed, .successful, .unprocessed]
        case .failed: .failed
        case .successful: .successful
        case .unprocessed: .unprocessed
        }
    }

    /// Whether records without an outcome belong to the part.
    var holdsUnprocessed: Bool { kinds.contains(.unprocessed) }

    /// Whether records with this action belong to the part.
    func holds(_ action: RecordAction) -> Bool { kinds.holds(action) }
}
