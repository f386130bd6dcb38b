package import BulkModel

/// Gathers the faulty fields of one record, so that one refusal tells them all.
package struct RecordFaults {
    /// Faults told in the message, and kept as details; further ones are counted.
    private static let messageFaultsMax = 10
    private static let detailsMax = 100

    private(set) var details: [Refusal.Detail] = []
    private var count = 0
    private var unknownCount = 0
    /// Nothing but the tenant is wrong so far.
    private var isForeign = true
    private var issue: String?

    /// Notes one field; `message` is a sentence, `issue` the finer reason.
    mutating func add(_ issue: String, field: String, _ code: ErrorCode, _ message: String) {
        count += 1
        if count == 1 { self.issue = issue }
        isForeign = isForeign && code == .forbidden
        guard details.count < Self.detailsMax else { return }
        details.append(Refusal.Detail(field: field, code: code, message: message))
    }

    /// Notes a name that is no column's; the first ones get a hint.
    mutating func addUnknown(_ name: String, _ names: ColumnNames) {
        unknownCount += 1
        let message = names.unknownMessage(name, hints: unknownCount <= ColumnNames.hintsMax)
        add("unknown_columns", field: name, .unknownColumn, message)
    }

    /// VALIDATION_ERROR with all of them, nil when there are none; FORBIDDEN when nothing but the tenant is wrong.
    var refusal: Refusal? {
        guard count > 0 else { return nil }
        var message = details.prefix(Self.messageFaultsMax).map(\.message).joined(separator: " ")
        if count > Self.messageFaultsMax { message += " And \(count - Self.messageFaultsMax) more." }
        return Refusal(
            isForeign ? .forbidden : .validationError, issue: issue, message, details: details)
    }
}

extension Refusal {
    /// What the rules or the database say of one record. Faults of a field become VALIDATION_ERROR, as those that are found
    /// before the database sees the record.
    package init(_ fault: Fault) {
        let detail = Detail(field: fault.column, code: fault.code, message: fault.message)
        let isFieldFault: Bool =
            switch fault.code {
            case .unknownColumn, .missingValue, .invalidValue: true
            default: false
            }
        self.init(
            isFieldFault ? .validationError : fault.code, issue: fault.issue, fault.message,
            details: fault.column == nil ? [] : [detail])
    }
}
