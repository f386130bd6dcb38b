/// The one catalogue of error codes, used by every dialect; retired codes are never reused.
///
/// Raw values are what callers see. `docs/ERRORS.md` is printed from this type.
package enum ErrorCode: String, CaseIterable, Sendable {
    // A record's own fault.
    case malformedRecord = "MALFORMED_RECORD"
    case recordTooLarge = "RECORD_TOO_LARGE"
    case unknownColumn = "UNKNOWN_COLUMN"
    case missingValue = "MISSING_VALUE"
    case invalidValue = "INVALID_VALUE"
    case validationError = "VALIDATION_ERROR"
    case duplicateKey = "DUPLICATE_KEY"
    case foreignKeyViolation = "FOREIGN_KEY_VIOLATION"
    case checkViolation = "CHECK_VIOLATION"
    case recordNotFound = "RECORD_NOT_FOUND"
    case invalidStatusTransition = "INVALID_STATUS_TRANSITION"
    case alreadyArchived = "ALREADY_ARCHIVED"
    case lockedRecord = "LOCKED_RECORD"
    case forbidden = "FORBIDDEN"
    case processingError = "PROCESSING_ERROR"
    case notAttempted = "NOT_ATTEMPTED"
    case rolledBack = "ROLLED_BACK"
    case timeout = "TIMEOUT"

    // A request's or job's fault.
    case invalidRequest = "INVALID_REQUEST"
    case unauthenticated = "UNAUTHENTICATED"
    case notFound = "NOT_FOUND"
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    case tableNotFound = "TABLE_NOT_FOUND"
    case jobNotFound = "JOB_NOT_FOUND"
    case jobStateConflict = "JOB_STATE_CONFLICT"
    case jobExpired = "JOB_EXPIRED"
    case resultsExpired = "RESULTS_EXPIRED"
    case uploadIncomplete = "UPLOAD_INCOMPLETE"
    case uploadDamaged = "UPLOAD_DAMAGED"
    case invalidQuery = "INVALID_QUERY"
    case queryLimit = "QUERY_LIMIT"
    case payloadTooLarge = "PAYLOAD_TOO_LARGE"
    case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
    case requestTimeout = "REQUEST_TIMEOUT"
    case keyReused = "IDEMPOTENCY_KEY_REUSED"
    case keyInUse = "IDEMPOTENCY_KEY_IN_USE"
    case rateLimited = "RATE_LIMITED"
    case serviceUnavailable = "SERVICE_UNAVAILABLE"
    case internalError = "INTERNAL_ERROR"

    /// The HTTP status of an answer that carries only this error.
    package var status: Int { entry.status }

    /// Whether sending the same thing again, unchanged, can succeed.
    package var isRetryable: Bool { entry.isRetryable }

    /// One line for people.
    package var meaning: String { entry.meaning }

    private var entry: (status: Int, isRetryable: Bool, meaning: String) {
        switch self {
        case .malformedRecord:
            (400, false, "The record cannot be decoded: quoting, width, encoding or syntax.")
        case .recordTooLarge: (413, false, "The record is longer than limits.record_bytes.")
        case .unknownColumn: (400, false, "The table has no such column, or it may not be written.")
        case .missingValue: (400, false, "A required column has no value.")
        case .invalidValue: (400, false, "The value does not fit the column's type, length or enumeration.")
        case .validationError: (400, false, "One or more fields break the table's rules.")
        case .duplicateKey: (409, false, "A record with this primary or unique key exists already.")
        case .foreignKeyViolation:
            (409, false, "The record refers to one that does not exist, or is referred to.")
        case .checkViolation: (400, false, "The database's CHECK constraint or trigger refuses the record.")
        case .recordNotFound: (404, false, "No record of the caller's has this key.")
        case .invalidStatusTransition:
            (409, false, "The table's rules do not allow this change of status.")
        case .alreadyArchived: (409, false, "The record is archived already.")
        case .lockedRecord: (423, true, "The record is locked; try again once the lock is gone.")
        case .forbidden: (403, false, "The credential does not allow this.")
        case .processingError: (500, true, "The database failed on this record; the message says how.")
        case .notAttempted:
            (424, true, "Not tried, because an operation before it, or one it depends on, failed.")
        case .rolledBack: (424, true, "Undone, because another operation of the same atomic batch failed.")
        case .timeout: (504, true, "The batch's time (timeout_ms) was over before this operation's turn.")
        case .keyReused:
            (422, false, "The Idempotency-Key was used for another request; take a fresh key.")
        case .keyInUse: (409, true, "A request with this Idempotency-Key is still being answered.")
        case .invalidRequest: (400, false, "The request is not understood; details name the fields.")
        case .unauthenticated: (401, false, "No credential, or one that is unknown, expired or revoked.")
        case .notFound: (404, false, "There is nothing at this path.")
        case .methodNotAllowed: (405, false, "The path exists, but not for this method.")
        case .tableNotFound: (404, false, "There is no such table, or the credential may not use it.")
        case .jobNotFound: (404, false, "The caller has no job with this id.")
        case .jobStateConflict: (409, false, "The job's state does not allow this step.")
        case .jobExpired: (410, false, "The job did not end within its lifetime of 24 hours.")
        case .resultsExpired: (410, false, "Upload and results were swept after the days they are kept.")
        case .uploadIncomplete: (400, true, "The upload ended before its announced length or closing mark.")
        case .uploadDamaged: (500, false, "The stored upload no longer matches its checksum; send it again.")
        case .invalidQuery:
            (400, false, "The SQL is refused: not one read-only statement over allowed tables.")
        case .queryLimit: (400, false, "The query ran past its time or row limit.")
        case .payloadTooLarge:
            (413, false, "The body, decompressed or not, is over a limit; the message names it.")
        case .unsupportedMediaType:
            (415, false, "Encoding or type of the body is not one that is taken here.")
        case .requestTimeout: (408, true, "The body came too slowly or stopped.")
        case .rateLimited: (429, true, "Too many requests or jobs; Retry-After says when to come back.")
        case .serviceUnavailable: (503, true, "The database or disk cannot take work now; try again.")
        case .internalError: (500, true, "A fault of the server; the log has it under the request id.")
        }
    }
}
