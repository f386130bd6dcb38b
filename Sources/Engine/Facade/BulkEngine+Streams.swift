package import BulkModel
package import Planning

extension BulkEngine {
    /// Begins to change records of a table while the caller reads what becomes of each. Refuses at once what can be known
    /// to fail: scopes, table, names, values, more records than `recordsMax`.
    package func begin(
        _ request: SelectionRequest, options: StreamOptions, dialect: String, by caller: Caller
    ) async throws(Refusal) -> OutcomeStream {
        try await refusing("begin") {
            try await SelectionBeginning(core: core).begin(request, options, dialect: dialect, by: caller)
        }
    }

    /// Goes on behind the record of that number (0: from the start): what is committed is told again, the rest is done. A
    /// request that comes along must be the one that began it; its options hold then, but for `isDryRun` and `runsOnAlone`,
    /// which stay (INVALID_REQUEST with the issue `other_request`). JOB_NOT_FOUND unless the operation is the tenant's and about the table.
    package func resume(
        _ id: JobID, behind record: Int, table: String,
        as request: (request: SelectionRequest, options: StreamOptions)?, by caller: Caller
    ) async throws(Refusal) -> OutcomeStream {
        try await refusing("resume") {
            let job = try await findStream(id, table: table, for: caller)
            guard caller.may(run: job.spec) else { throw caller.lacksScope(for: job.spec.operation) }
            guard job.spec.source == .selection else { throw Refusal.recordsMissing }
            return try await SelectionResumption(core: core).resume(job, behind: record, as: request)
        }
    }

    /// Where the records of the operation come from, `selection` or `stream`: how its cursors are resumed.
    package func streamSource(
        of id: JobID, table: String, by caller: Caller
    ) async throws(Refusal) -> JobSource {
        try await refusing("streamSource") { try await findStream(id, table: table, for: caller).spec.source }
    }

    /// The job of a stream over the table.
    func findStream(_ id: JobID, table: String, for caller: Caller) async throws -> Job {
        let job = try await find(id, for: caller)
        guard job.spec.source != .upload, job.spec.table == table else { throw Refusal.jobNotFound }
        return job
    }
}
