import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

/// Several engines over one store, each with its workers.
struct Nodes: Sendable {
    let fixtures: [EngineFixture]
    private let runners: [SharedRunner]

    init(
        _ count: Int, tables: [TableDescription] = [EngineFixture.items],
        _ adjust: (inout Limits) -> Void = { _ in }
    ) throws {
        fixtures = try EngineFixture.nodes(count, tables: tables, adjust)
        runners = fixtures.compactMap { fixture in
            fixture.node.map { SharedRunner(core: fixture.engine.core, store: $0) }
        }
    }

    var first: EngineFixture { fixtures[0] }
    var store: MemoryStore { first.store }
    var core: EngineCore { first.engine.core }

    /// A worker of the node of that index.
    func worker(_ node: Int = 0, _ index: Int = 0) -> SharedWorker { runners[node].workers[index] }

    /// Lets all workers of all nodes work at once until each finds nothing to do.
    func drain() async {
        await withDiscardingTaskGroup { group in
            for worker in runners.flatMap(\.workers) {
                group.addTask { while await worker.takeTurn() {} }
            }
        }
    }

    /// Drains, letting back-offs pass, until the job has ended.
    func run(_ job: Job) async {
        for _ in 1...100 {
            await drain()
            if first.stored(job).state.isTerminal { return }
            first.time.advance(.seconds(10))
        }
    }

    func cuts(_ job: Job) -> SharedBooks.Cuts? { store.state.withLock { $0.shared.cuts[job.id] } }

    /// What must hold of a job whenever one looks, in whatever order its chunks committed.
    func checkBooks(_ job: Job, _ place: SourceLocation = #_sourceLocation) {
        let job = first.stored(job)
        let state = store.state.withLock { $0 }
        let receipts = (state.receipts[job.id] ?? []).sorted { $0.firstRecord < $1.firstRecord }
        for (receipt, next) in zip(receipts, receipts.dropFirst()) {
            #expect(receipt.records.upperBound <= next.firstRecord, "receipts overlap", sourceLocation: place)
        }
        let upper = receipts.map(\.records.upperBound).filter { $0 <= job.nextRecord }.max() ?? 1
        #expect(upper == job.nextRecord, "the checkpoint is no end of a receipt", sourceLocation: place)
        let before = receipts.filter { $0.firstRecord < job.nextRecord }.reduce(0) { $0 + $1.recordCount }
        #expect(before == job.nextRecord - 1, "a gap before the checkpoint", sourceLocation: place)
        let processed = receipts.reduce(0) { $0 + $1.recordCount }
        #expect(job.counts.processed == processed, sourceLocation: place)
        let failed = receipts.reduce(0) { $0 + $1.faults.count }
        #expect(job.counts.failed == failed, sourceLocation: place)
        #expect(job.counts.unprocessed == job.counts.read - processed, sourceLocation: place)
    }
}
