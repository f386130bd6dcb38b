package import BulkModel

/// A store that many workers, on many nodes, write to at once: a chunk is leased by one worker at a time.
///
/// Chunks of a job are cut one after another, in record order, and each is committed by itself, in any order. What a
/// node held when it died is free for the others at once. What it promises beyond the signatures is
/// `SharedStoreConformance`.
package protocol SharedStore: Store {
    /// True when leased chunks of an update, upsert or delete wait for those before them, and only then change their table:
    /// several may be leased, and the records of a key still take effect in file order.
    var keepsFileOrder: Bool { get }

    /// Write jobs that are closed and have not ended, the one whose turn it is first: tenants take turns over all nodes,
    /// and so do the jobs of a tenant. At most `limit`.
    func turns(limit: Int) async throws(StoreError) -> [Job]

    /// Where the job's next chunk is to be cut, and how many chunks are cut and not committed.
    func cutPlace(of id: JobID) async throws(StoreError) -> CutPlace

    /// Cuts a chunk of these record numbers and notes that the job had its turn. False, and nothing is done, when the job
    /// is not in progress, another worker has cut there before, or `openMax` chunks are open already.
    func cut(_ records: Range<Int>, of id: JobID, openMax: Int) async throws(StoreError) -> Bool

    /// Notes that the job, and with it its tenant, had its turn, as `cut` does, though nothing was cut. Nothing when there is
    /// no such job.
    func passTurn(of id: JobID) async throws(StoreError)

    /// Leases the first chunk of the job that is cut and that nobody works on; nil when there is none.
    func lease(_ id: JobID) async throws(StoreError) -> (any ChunkLease)?

    /// Takes a lock that one node has at a time; nil while another one (or another task of this one) has it.
    func lock(_ name: NodeLockName) async throws(StoreError) -> (any NodeLock)?

    /// The mark of the uploads folder that all nodes use; nil while none was left. `fresh` is left where there is none.
    func uploadsMark(orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]?

    /// Delivers what other nodes signal, until the task is cancelled. Signals may be lost while the database is away, so
    /// those who wait also look now and then.
    func listen(_ deliver: @escaping @Sendable (JobSignals.Topic) -> Void) async
}

extension SharedStore {
    /// Chunks are applied as they come: whoever wants an order leases one at a time.
    package var keepsFileOrder: Bool { false }
}
