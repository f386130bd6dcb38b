package import BulkModel

extension BulkEngine {
    /// The desk that listeners of this engine's jobs come to; one for the process.
    package func makeProgressDesk() -> ProgressDesk { ProgressDesk(core: core) }

    /// Begins to listen to the caller's job; JOB_NOT_FOUND when there is none or it is another tenant's, RATE_LIMITED when
    /// too many listen.
    package func listen(
        to id: JobID, at desk: ProgressDesk, for caller: Caller
    ) async throws(Refusal) -> ProgressListener {
        try await refusing("listen") { try desk.open(try await find(id, for: caller)) }
    }
}
