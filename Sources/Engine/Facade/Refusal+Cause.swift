import BulkModel
import Formats

extension Refusal {
    /// The refusal that tells a caller of a failure of store, format or file.
    init(cause error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let error as StoreError: self.init(error)
        case let error as FormatError: self.init(error)
        case let error as FileError: self.init(error)
        default: self.init(.internalError, "The server failed; try again, and report it if it stays.")
        }
    }

    private init(_ error: StoreError) {
        switch error.code {
        case .busy:
            self.init(.serviceUnavailable, "The database is busy; try again.", retryAfterSeconds: 1)
        case .full:
            self.init(
                .serviceUnavailable, "The database has no room left; try again later.", retryAfterSeconds: 30)
        case .jobMoved:
            self.init(
                .jobStateConflict, issue: "job_moved", "The job has moved on meanwhile; look at it again.")
        case .jobNotFound: self = .jobNotFound
        case .tooManyJobs:
            self.init(
                .rateLimited, issue: "too_many_jobs",
                "There are too many unfinished jobs; close or abort some first.",
                retryAfterSeconds: 30)
        case .queryRefused: self.init(.invalidQuery, error.message)
        case .selectionRefused: self.init(.invalidRequest, issue: "selection_refused", error.message)
        case .queryLimit: self.init(.queryLimit, error.message)
        case .keyTaken:
            // The next try finds the kept answer.
            self.init(
                .keyInUse,
                "A request with this Idempotency-Key was answered meanwhile; ask again for its answer.",
                retryAfterSeconds: 1)
        case .denied: self.init(.forbidden, issue: "missing_right", error.message)
        case .unusable:
            self.init(
                .serviceUnavailable, "The database cannot be used now; its log says why.",
                retryAfterSeconds: 30)
        case .failed: self.init(.internalError, "The database failed; the server's log says how.")
        }
    }

    private init(_ error: FormatError) {
        let code: ErrorCode =
            switch error.code {
            case .badHeader, .badSyntax, .tooDeep, .duplicateKey, .corrupt: .invalidRequest
            case .badEncoding: .unsupportedMediaType
            case .truncated: .uploadIncomplete
            case .expandsTooMuch, .tooLarge: .payloadTooLarge
            }
        let detail = Detail(field: nil, code: code, message: error.message, position: error.position)
        self.init(code, issue: error.code.rawValue, error.message, details: [detail])
    }

    private init(_ error: FileError) {
        guard error.isFull else {
            self.init(.internalError, "The server could not store or read its files; its log says why.")
            return
        }
        self.init(
            .serviceUnavailable, issue: "disk_full",
            "The server has no room for the upload; try again later.",
            retryAfterSeconds: 60)
    }

    /// No such job, or another tenant's: the caller cannot tell which.
    static let jobNotFound = Refusal(.jobNotFound, "There is no job with this id.")
}
