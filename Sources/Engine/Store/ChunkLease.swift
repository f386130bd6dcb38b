package import BulkModel

/// The right to apply one chunk: a row lock in a transaction that is open until the lease ends.
package protocol ChunkLease: Sendable {
    /// The job as it was when the lease began.
    var job: Job { get }
    /// Numbers (from 1) of the chunk's records.
    var records: Range<Int> { get }

    /// Applies the chunk and commits it, in the very transaction that holds the lease, which ends either way. The chunk
    /// must be just the leased records. Throws `jobMoved` and changes nothing when the job is not in progress any more.
    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk

    /// How long `apply` waited for the chunks before it.
    var waited: Duration { get }

    /// Ends the lease with nothing done; the chunk is free again. No harm after `apply`.
    func release() async
}

extension ChunkLease {
    /// None, where chunks are applied as they come.
    package var waited: Duration { .zero }
}
