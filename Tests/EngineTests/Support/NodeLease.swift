import BulkModel
import Engine
import Planning
import Synchronization

/// A lease on a chunk of the store in memory.
struct NodeLease: ChunkLease {
    let store: NodeStore
    let job: Job
    let records: Range<Int>
    /// Tells it from the lease that somebody else got later on the same chunk.
    let number: Int

    func apply(_ chunk: Chunk) async throws(StoreError) -> AppliedChunk {
        store.base.beforeApply.withLock { $0 }?(chunk)
        let applied: AppliedChunk
        do {
            applied = try store.call { (state) throws(StoreError) -> AppliedChunk in try commit(chunk, &state)
            }
        } catch {
            await release()
            throw error
        }
        store.base.tell(applied.job)
        return applied
    }

    private func commit(
        _ chunk: Chunk, _ state: inout MemoryStore.State
    ) throws(StoreError) -> AppliedChunk {
        guard let index = state.shared.index(of: number, in: job.id), var cuts = state.shared.cuts[job.id]
        else { throw StoreError(.busy, "the connection was lost") }
        guard chunk.firstRecord..<chunk.firstRecord + chunk.batch.recordCount == records else {
            throw StoreError(.failed, "another chunk was leased")
        }
        cuts.open.remove(at: index)
        let checkpoint = cuts.open.map(\.records.lowerBound).min() ?? cuts.record
        let applied = try state.apply(chunk, count: records.count) {
            $0.advance(by: $1, to: checkpoint, at: chunk.now)
        }
        state.shared.cuts[job.id] = cuts
        return applied
    }

    func release() async {
        store.base.state.withLock { state in
            guard let index = state.shared.index(of: number, in: job.id) else { return }
            state.shared.cuts[job.id]?.open[index].lease = nil
        }
    }
}
