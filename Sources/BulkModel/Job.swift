/// A durable piece of work and how far it is; a value, changed only through `Engine.JobMachine`.
package struct Job: Hashable, Sendable {
    package let id: JobID
    package let spec: JobSpec
    package var state: JobState
    package var counts = JobCounts()
    /// Failed records by code.
    package var errorCounts: [ErrorCode: Int] = [:]
    /// Set once the upload is complete; a job with one takes no second.
    package var upload: Upload?
    /// Number (from 1) of the first record without an outcome: the checkpoint.
    package var nextRecord = 1
    /// Why the job failed, what it waits for while it is running, or why a stream rests until somebody resumes it.
    package var reason: Reason?
    package let createdAt: Timestamp
    package var closedAt: Timestamp?
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// True once upload, receipts and results were swept.
    package var isSwept = false

    /// A cause in words with its code.
    package struct Reason: Hashable, Sendable {
        package var code: ErrorCode
        package var message: String

        package init(code: ErrorCode, message: String) {
            self.code = code
            self.message = message
        }
    }

    package init(id: JobID, spec: JobSpec, state: JobState = .open, createdAt: Timestamp) {
        self.id = id
        self.spec = spec
        self.state = state
        self.createdAt = createdAt
    }
}
