package import BulkModel

/// Gathers the faulty fields of one record, so that one refusal tells them all.
package struct RecordFaults {
    /// Faults told in the message; the details have them all.
    private static let messageFaultsMax = 10

    private(set) var details: [Refusal.Detail] = []
    private var issue: String?

    /// Notes one field; `message` is a sentence, `issue` the finer reason.
    mutating func add(_ issue: String, field: String, _ code: ErrorCode, _ message: String) {
        if details.isEmpty { self.issue = issue }
        details.append(Refusal.Detail(field: field, code: code, message: message))
    }

    /// VALIDATION_ERROR with all of them, nil when there are none; FORBIDDEN when nothing but the tenant is wrong.
    var refusal: Refusal? {
        guard !details.isEmpty else { return nil }
        var message = details.prefix(Self.messageFaultsMax).map(\.message).joined(separator: " ")
        if details.count > Self.messageFaultsMax {
            message += " And \(details.count - Self.messageFaultsMax) more."
        }
        let isForeign = details.allSatisfy { $0.code == .forbidden }
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
