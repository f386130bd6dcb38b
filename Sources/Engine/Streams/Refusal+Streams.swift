import BulkModel

extension Refusal {
    /// Why the stream of an operation that ended before its time breaks off.
    init(endOf job: Job) {
        guard job.state != .aborted, let reason = job.reason else {
            self.init(
                .jobStateConflict, issue: "aborted",
                "The operation was aborted behind record \(job.nextRecord - 1); what it did till then stays.")
            return
        }
        self.init(reason.code, issue: "operation_failed", reason.message)
    }

    /// What is told of an operation whose receipts are gone.
    static func swept(_ job: Job) -> Refusal {
        if let reason = job.reason, reason.code == .jobExpired { return Refusal(.jobExpired, reason.message) }
        return Refusal(
            .resultsExpired, "The outcomes were kept for some days after the operation's end, and are gone.")
    }

    /// More records than the caller allows.
    static func tooMany(_ count: Int, most: Int) -> Refusal {
        Refusal(
            .invalidRequest, issue: "max_affected",
            "The selection has \(count) records, at most \(most) may be affected; this request changed none.")
    }

    /// A cursor that came with another request.
    static let otherRequest = Refusal(
        .invalidRequest, issue: "other_request",
        "The cursor belongs to an operation with another request; send the same one, or the cursor alone.")

    /// A cursor of given records without the records, or with a selection.
    static let recordsMissing = Refusal(
        .invalidRequest, issue: "other_request",
        "This operation takes its records from the request: send them again from the beginning, with the cursor."
    )

    /// Too many operations of the tenant have not ended.
    static let tooManyStreams = Refusal(
        .rateLimited, issue: "too_many_jobs",
        "There are too many operations that have not ended; resume them to their end, or abort them: "
            + "PATCH /v1/bulk/jobs/{id} with state Aborted.", retryAfterSeconds: 30)

    /// A cursor behind what is committed.
    static func cursorAhead(_ record: Int, of job: Job) -> Refusal {
        Refusal(
            .invalidRequest, issue: "cursor_ahead",
            "The cursor is at record \(record), the operation has come to record \(job.nextRecord - 1) only.")
    }
}
