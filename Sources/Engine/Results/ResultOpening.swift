import BulkModel
import Formats

/// Opens the results of a job: decides what can be shown and who renders it.
struct ResultOpening: Sendable {
    let core: EngineCore

    func open(_ request: ResultRequest, of job: Job) async throws -> ResultStream {
        if job.isSwept {
            throw Refusal(
                .resultsExpired, "The results were kept for some days after the job's end, and are gone.")
        }
        guard job.spec.source == .upload else {
            throw Refusal(
                .jobStateConflict, issue: "outcomes_on_stream",
                "The outcomes of this operation are told on its stream; resume it with a cursor to have them again."
            )
        }
        guard request.firstRecord >= 1, request.recordsMax ?? 1 >= 1 else {
            throw Refusal(.invalidRequest, "Pages begin at record 1 or later and hold at least one record.")
        }
        let format = try shownFormat(request, of: job)
        if job.spec.operation == .query {
            return try await QueryResults(core: core, job: job, format: format).open(request)
        }
        guard job.state != .open else {
            throw Refusal(
                .jobStateConflict, issue: "not_closed",
                "The job is still open; upload its records and close it first.")
        }
        return try await DataResults(core: core, job: job, format: format).open(request)
    }

    /// CSV uploads can be shown as objects too; objects have no one set of columns to make CSV of.
    private func shownFormat(_ request: ResultRequest, of job: Job) throws(Refusal) -> ContentFormat {
        let own = job.spec.format
        let wanted = request.format ?? own
        let isShown = (wanted == .csv) == (own == .csv) || (own == .csv && job.spec.operation.isWrite)
        guard isShown || request.isFormatWish else {
            throw Refusal(
                .invalidRequest, issue: "unsupported_format",
                "A job in \(own.rawValue) has no results in \(wanted.rawValue); ask for \(own.rawValue).")
        }
        return isShown ? wanted : own
    }
}
