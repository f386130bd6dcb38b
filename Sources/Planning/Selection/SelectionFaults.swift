import BulkModel

/// Gathers what is wrong with a selection request, so that one refusal tells it all.
struct SelectionFaults {
    /// Faults told in the message, and kept as details; further ones are counted.
    private static let messageFaultsMax = 10
    private static let detailsMax = 100

    private(set) var details: [Refusal.Detail] = []
    private var count = 0
    private var unknownCount = 0
    /// The finer reason of the first fault.
    private var issue: String?

    /// Notes one fault; `message` is a sentence.
    mutating func add(_ issue: String, field: String, _ code: ErrorCode, _ message: String) {
        count += 1
        if count == 1 { self.issue = issue }
        guard details.count < Self.detailsMax else { return }
        details.append(Refusal.Detail(field: field, code: code, message: message))
    }

    /// Notes a name that is no column's; the first ones get a hint.
    mutating func addUnknown(_ name: String, field: String, _ names: ColumnNames) {
        unknownCount += 1
        let message = names.unknownMessage(name, hints: unknownCount <= ColumnNames.hintsMax)
        add("unknown_columns", field: field, .unknownColumn, message)
    }

    /// Throws INVALID_REQUEST with all of them, if there are any.
    func throwIfAny() throws(Refusal) {
        guard count > 0 else { return }
        var message = details.prefix(Self.messageFaultsMax).map(\.message).joined(separator: " ")
        if count > Self.messageFaultsMax { message += " And \(count - Self.messageFaultsMax) more." }
        throw Refusal(.invalidRequest, issue: issue, message, details: details)
    }
}
