/// Why a store call failed; a bad record is never one (it is a `RecordFault` in the receipt).
package struct StoreError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// Another writer holds the lock, or the connection was lost: the same call can succeed soon.
        case busy
        /// Disk or quota is full: can succeed once somebody makes room.
        case full
        /// The job is not where the call expected it (ended, or another worker moved the checkpoint): nothing was done.
        case jobMoved
        /// There is no such job.
        case jobNotFound
        /// The tenant has as many unfinished jobs as it may.
        case tooManyJobs
        /// The query was refused by the sandbox or is no valid SQL: the caller's fault, message for the caller.
        case queryRefused
        /// The selection cannot be made: a value that a filter's column does not take, or keys that cannot be walked; message
        /// for the caller.
        case selectionRefused
        /// The query ran past its time or row limit.
        case queryLimit
        /// The request's idempotency key has its answer already, given by another node: the transaction was undone. The same
        /// work again would only be undone again; what is kept is the answer.
        case keyTaken
        /// The server's role lacks a right in the database: stays so until somebody grants it; message for the caller.
        case denied
        /// The database file or schema is unusable (damaged, not a database, newer version).
        case unusable
        /// Anything else; the message is for the log.
        case failed
    }

    package var code: Code
    /// Holds no record data.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// True when the very same call may succeed later.
    package var isRetryable: Bool { code == .busy || code == .full }
}
