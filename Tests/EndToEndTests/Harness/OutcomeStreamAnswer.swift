/// What a client has read of a bulk-process answer.
struct OutcomeStreamAnswer: Sendable {
    var status: Int
    var headers: [String: String]
    var lines: [OutcomeLine] = []
    /// The whole text, for refusals and messages.
    var text = ""
    /// True when the body ended as HTTP wants it to, false when it broke off.
    var isWhole = false

    var metadata: OutcomeLine? { lines.first { $0.type == "metadata" } }
    var summary: OutcomeLine? { lines.last { $0.type == "summary" } }
    /// The lines that tell of a record each, in order.
    var outcomes: [OutcomeLine] { lines.filter(\.isOutcome) }
    var failures: [OutcomeLine] { outcomes.filter { $0.type == "error" } }
    var recordIDs: [String] { outcomes.compactMap(\.recordId) }
    /// Of progress lines, and of a fault or summary that has one; in order.
    var cursors: [String] { lines.compactMap { $0.type == "metadata" ? nil : $0.cursor } }

    /// Outcomes in front of the last cursor, and that cursor: what a client has who keeps just these; nil without one.
    var kept: (outcomes: [OutcomeLine], cursor: String)? {
        guard let place = lines.lastIndex(where: { ["metadata", "progress"].contains($0.type) }),
            let cursor = lines[place].cursor
        else { return nil }
        return (lines[..<place].filter(\.isOutcome), cursor)
    }
}
