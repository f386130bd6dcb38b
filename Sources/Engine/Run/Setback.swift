import BulkModel

/// What a failure on the way to a chunk means for its job.
enum Setback: Sendable {
    /// A store call failed, or the upload cannot be read just now: to be tried again.
    case store(StoreError)
    /// The job cannot go on.
    case final(Job.Reason)
}

/// The books of a job are wrong: segments, batches or receipts that do not fit each other.
struct BooksError: Error, Hashable, Sendable {
    /// For the log.
    let cause: String

    init(_ cause: String) { self.cause = cause }
}
