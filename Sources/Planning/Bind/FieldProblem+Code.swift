import BulkModel

extension FieldProblem {
    var code: ErrorCode {
        switch self {
        case .missing, .null: .missingValue
        case .foreignTenant: .forbidden
        case .wrongType, .notJSON, .outOfRange, .tooManyDigits, .tooManyDecimals, .notKept, .tooLong,
            .notAllowed:
            .invalidValue
        }
    }

    /// The finer reason that callers see.
    var issue: String {
        switch self {
        case .missing: "missing"
        case .null: "null"
        case .wrongType, .notJSON: "wrong_type"
        case .outOfRange: "out_of_range"
        case .tooManyDigits, .notKept: "too_many_digits"
        case .tooManyDecimals: "too_many_decimals"
        case .tooLong: "too_long"
        case .notAllowed: "not_allowed"
        case .foreignTenant: "foreign_tenant"
        }
    }
}
