import Formats

extension SelectionRequest {
    /// True when both ask for the same, in whatever order their members were sent.
    package func asksTheSame(as other: SelectionRequest) -> Bool {
        table == other.table && action == other.action && settings == other.settings
            && mergesObjects == other.mergesObjects
            && scope.settled == other.scope.settled
    }

    private var settings: [String: JSONValue] {
        Dictionary(updates.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

extension SelectionRequest.Scope {
    /// The scope without what means nothing: order of conditions and places in the request. The order of ids counts.
    fileprivate var settled: Self {
        switch self {
        case .matching(let filter): .matching(filter.settled)
        case .listed: self
        }
    }
}

extension FilterExpression {
    fileprivate var settled: Self {
        switch self {
        case .all(let parts): return .all(Self.sorted(parts))
        case .any(let parts): return .any(Self.sorted(parts))
        case .not(let part): return .not(part.settled)
        case .term(var term):
            term.place = ""
            return .term(term)
        }
    }

    private static func sorted(_ parts: [Self]) -> [Self] {
        parts.map(\.settled).map { (text: "\($0)", part: $0) }.sorted { $0.text < $1.text }.map(\.part)
    }
}
