package import BulkModel
package import Planning

/// A database that holds both the data and the jobs, so that a change and its receipt commit together.
///
/// What it promises beyond the signatures is the suite in `StoreConformance`. All calls may be made from any task; each
/// runs on the store's own executor.
package protocol Store: Sendable {
    /// The tables callers may use, read off the database; job tables are left out.
    func tables() async throws(StoreError) -> [TableDescription]

    /// Adds a job, unless its tenant has `activeMax` unfinished ones (`tooManyJobs`): uploads and queries count together,
    /// and so do selections and streams. `request` is kept beside it, for `request(of:)`. Durable on return.
    func insert(_ job: Job, request: [UInt8]?, activeMax: Int) async throws(StoreError)

    /// What was kept beside the job when it was added, nil for nothing; swept with it.
    func request(of id: JobID) async throws(StoreError) -> [UInt8]?

    /// The job, nil when there is none.
    func job(_ id: JobID) async throws(StoreError) -> Job?

    /// Jobs that match, newest first (by creation, then id).
    func jobs(_ filter: JobFilter) async throws(StoreError) -> [Job]

    /// Reads the job, lets `change` decide, writes it back, all in one durable transaction; gives the changed job.
    /// When `change` returns a refusal nothing is written and the refusal is the failure.
    func change(
        _ id: JobID, _ change: @escaping @Sendable (inout Job) -> Refusal?
    ) async throws(StoreError) -> Result<Job, Refusal>

    /// Replaces the segments of the job from `page.origin` on by this page (pages come in rising order; the page that
    /// begins at record 1 replaces all). Durable once a later change of the job is.
    func save(_ page: SegmentPage, of id: JobID, source: SegmentSource) async throws(StoreError)

    /// The page that holds the record of this number, nil when there is none.
    func segmentPage(
        holding record: Int, of id: JobID, source: SegmentSource
    ) async throws(StoreError) -> SegmentPage?

    /// Applies the chunk in one transaction: data changes, receipt, and the job's counters and checkpoint. Throws
    /// `jobMoved` and changes nothing unless the job is in progress and its checkpoint is the chunk's first record.
    /// May stop before the chunk's end when another writer waits: the receipt says how many records it covers
    /// (at least one), and the rest is the next chunk.
    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk

    /// How many records the selection has behind `after` (nil: all), and, when `bound` is nil, where it ends now: the last
    /// key and row that exist, in the same snapshot.
    func survey(
        _ selection: SelectionPlan, after: RecordKey?, within bound: SelectionBound?
    ) async throws(StoreError) -> SelectionSurvey

    /// Selects the chunk's records, judges them by the plan's rules and applies the others, in one transaction with receipt,
    /// counters and checkpoint: what is changed is just what was judged. Records that no longer match are none of the
    /// chunk's. The guard is that of `apply(_:)` for chunks. The last chunk (nothing is behind it) ends the job.
    func apply(_ chunk: SelectionChunk) async throws(StoreError) -> AppliedChunk

    /// Receipts in record order, from the one that holds `record` (or is the first after it) on, at most `limit`. Where
    /// chunks commit in any order they may have gaps from the job's checkpoint on.
    func receipts(of id: JobID, from record: Int, limit: Int) async throws(StoreError) -> [ChunkReceipt]

    /// Starts a read-only query in the sandbox: one statement, the tenant's rows, the caller's tables, within limits.
    func open(_ query: QueryRequest) async throws(StoreError) -> any QueryCursor

    /// Deletes segments and receipts of an ended job and marks it swept; the job's own row stays.
    func sweep(_ id: JobID) async throws(StoreError)
}
