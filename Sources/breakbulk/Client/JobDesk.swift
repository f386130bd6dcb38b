import BulkModel
import Engine

/// Where commands take their jobs: a server (`ServerDesk`) or a database in this process (`LocalDesk`).
protocol JobDesk: Sendable {
    func create(_ request: JobRequest) async throws(CommandFailure) -> JobView

    /// Sends the whole file as the job's upload.
    func upload(_ file: InputFile, to job: String, showing display: ProgressDisplay)
        async throws(CommandFailure)

    /// Starts the job.
    func close(_ job: String) async throws(CommandFailure)

    /// The job, once it has ended, or after `seconds` at most.
    func job(_ job: String, waitSeconds: Int) async throws(CommandFailure) -> JobView

    /// Writes the results to the sink; nil for `format` means the job's own, nil for `recordsMax` all.
    func results(
        of job: String, part: ResultRequest.Part, format: ContentFormat?, recordsMax: Int?,
        to sink: @Sendable ([UInt8]) throws -> Void
    ) async throws(CommandFailure)

    /// Newest first.
    func jobs(state: JobState?, limit: Int) async throws(CommandFailure) -> [JobView]

    /// What to type to follow the job later.
    func watchCommand(for job: String) -> String
}
