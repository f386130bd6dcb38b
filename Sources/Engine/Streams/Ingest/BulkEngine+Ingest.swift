package import BulkModel

extension BulkEngine {
    /// Begins or goes on with an operation whose records are the body's: outcomes are told while it still arrives.
    ///
    /// The operation, table, key and format are the spec's. The body is read up to its header here, so that what is wrong
    /// with it is refused before an answer begins. Who goes on (`behind`: number of the last record that the reader has)
    /// sends the same body again from its beginning: what was committed is compared and not applied again. Throws what
    /// `create` throws, JOB_NOT_FOUND, and INVALID_REQUEST with the issues `cursor_ahead` and `other_request`.
    package func ingest(
        _ spec: JobSpec, _ body: ByteSequence, compression: Compression, options: StreamOptions,
        resuming: (id: JobID, behind: Int)?, by caller: Caller
    ) async throws(Refusal) -> OutcomeStream {
        do {
            let opening = IngestOpening(core: core, options: options, caller: caller)
            return try await opening.open(spec, body, compression: compression, resuming: resuming)
        } catch {
            throw core.refusal(of: error, during: "ingest")
        }
    }
}
