/// Why a field was refused; the words are found only for records that have one.
enum FieldProblem: Equatable {
    case missing
    case null
    case wrongType
    /// Not JSON, in a column of whatever type.
    case notJSON
    case outOfRange
    case tooManyDigits
    case tooManyDecimals
    /// The database would keep another number.
    case notKept
    case tooLong
    case notAllowed
    case foreignTenant
}
