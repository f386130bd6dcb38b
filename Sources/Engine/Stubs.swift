package import BulkModel

/// What dialects ask of the engine; no dialect touches a store.
package struct BulkEngine: Sendable {
    /// Creates a job; refuses at once what can be known to fail (table, key, scopes, too many jobs, SQL that does not compile).
    package func create(_ spec: JobSpec, by caller: Caller) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    /// The caller's job; JOB_NOT_FOUND when there is none or it is another tenant's.
    package func job(_ id: JobID, for caller: Caller) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    /// Newest first; `next` is the place after the last one given, nil at the end.
    package func jobs(
        for caller: Caller, state: JobState?, limit: Int, after cursor: JobFilter.Cursor?
    ) async throws(Refusal) -> (jobs: [Job], next: JobFilter.Cursor?) { throw Refusal(.internalError, "") }
    /// Checks that the job can take an upload (open, a write operation, none yet).
    package func checkUploadable(_ id: JobID, for caller: Caller) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    /// Reads the body to its end into the job's upload: decompresses, splits, refuses bad headers at once. `bytesMax`
    /// bounds the body as sent. Cut short: the job stays open and takes another PUT.
    package func receive(
        _ body: ByteSequence, into id: JobID, compression: Compression?, bytesMax: Int
    ) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    package func close(_ id: JobID, by caller: Caller) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    package func abort(_ id: JobID, by caller: Caller) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    /// Waits until the job has ended, at most `duration`; gives the job as it then is.
    package func wait(for id: JobID, by caller: Caller, atMost duration: Duration) async throws(Refusal) -> Job { throw Refusal(.internalError, "") }
    package func progress(of job: Job) -> JobProgress { JobProgress(percentage: 0, recordsPerSecond: nil, estimatedCompletion: nil) }
    /// Results of an ended job, or (data jobs) the outcomes so far of a running one.
    package func results(
        of id: JobID, for caller: Caller, _ request: ResultRequest
    ) async throws(Refusal) -> ResultStream { throw Refusal(.internalError, "") }
    /// Fails when the store can't answer: for `/readyz`.
    package func checkReady() async throws(Refusal) {}
    package init() {}
}
