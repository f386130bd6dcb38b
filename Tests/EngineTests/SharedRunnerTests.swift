import BulkModel
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Runner over a shared store")
struct SharedRunnerTests {
    private func checkComplete(_ job: Job, created: Int, on nodes: Nodes) {
        let ended = nodes.first.stored(job)
        #expect(ended.state == .jobComplete)
        #expect(ended.counts.created == created)
        #expect(ended.reason == nil)
        #expect(nodes.store.state.withLock { $0.rows["items"]?.count } == created)
        nodes.checkBooks(job)
    }

    @Test("three nodes apply every record of an insert once, several chunks at a time")
    func sharesAnInsert() async throws {
        let nodes = try Nodes(3)
        let job = try await nodes.first.closedJob(EngineFixture.csv(400), chunkRecords: 10)
        await nodes.run(job)
        checkComplete(job, created: 400, on: nodes)
        #expect(nodes.store.state.withLock { $0.applied.count } == 40)
        let cuts = try #require(nodes.cuts(job))
        #expect(cuts.openMost <= Limits().chunksPerJobMax)
        #expect(cuts.leasesMost <= 3 * Limits().chunksAtOnceMax)
    }

    @Test(
        "what needs file order has one chunk open at a time, over all nodes",
        arguments: [BulkModel.Operation.upsert, .update, .delete])
    func keepsFileOrder(operation: BulkModel.Operation) async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(200), operation, chunkRecords: 10)
        await nodes.run(job)
        #expect(nodes.first.stored(job).state == .jobComplete)
        #expect(nodes.cuts(job)?.openMost == 1)
        let applied = nodes.store.state.withLock { $0.applied.map(\.firstRecord) }
        #expect(applied == applied.sorted())
        nodes.checkBooks(job)
    }

    @Test("inserts need file order where triggers or the table's own foreign keys see other records")
    func knowsWhatNeedsOrder() {
        let plan = { (operation: BulkModel.Operation, table: TableDescription) in
            Plan(operation: operation, table: table, inputs: [], key: ["id"], tenant: nil)
        }
        var triggered = EngineFixture.items
        triggered.hasTriggers = true
        var own = EngineFixture.items
        own.foreignKeys = [.init(columns: ["parent"], parentTable: "items", parentColumns: ["id"])]
        var other = EngineFixture.items
        other.foreignKeys = [.init(columns: ["parent"], parentTable: "others", parentColumns: ["id"])]
        #expect(!plan(.insert, EngineFixture.items).needsFileOrder)
        #expect(!plan(.insert, other).needsFileOrder)
        #expect(plan(.insert, triggered).needsFileOrder)
        #expect(plan(.insert, own).needsFileOrder)
        #expect(plan(.upsert, EngineFixture.items).needsFileOrder)
    }

    @Test("a chunk that was read ahead is applied as it would be read then", arguments: [1, 3])
    func readsAhead(nodeCount: Int) async throws {
        let nodes = try Nodes(nodeCount) { $0.chunksAtOnceMax = 1 }
        let text = "id,name\n" + (0..<300).map { "\($0 % 7),name \($0)\n" }.joined()
        let job = try await nodes.first.closedJob(text, .upsert, chunkRecords: 20)
        await nodes.run(job)
        let rows = nodes.store.state.withLock { $0.rows["items"] ?? [:] }
        for key in 0..<7 {
            let last = (0..<300).last { $0 % 7 == key } ?? 0
            #expect(rows["\(key)"] == ["name \(last)"])
        }
        nodes.checkBooks(job)
    }

    @Test("a small job takes few store calls from its close to its end")
    func takesFewCalls() async throws {
        let nodes = try Nodes(1)
        let job = try await nodes.first.closedJob(EngineFixture.csv(10))
        let before = nodes.store.state.withLock { $0.calls }
        #expect(await nodes.worker().takeTurn())
        #expect(nodes.first.stored(job).state == .jobComplete)
        // turns, start, tables, segment page, cut, lease, apply
        #expect(nodes.store.state.withLock { $0.calls } - before == 7)
    }

    @Test("a node that comes too late for a small job leaves it without planning it")
    func passesBy() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(10))
        // The other node looks while the only chunk is being decoded here.
        let node = try #require(nodes.first.node)
        _ = try await node.change(job.id, JobMachine.change(.start, at: job.createdAt))
        #expect(try await node.cut(1..<11, of: job.id, openMax: 8))
        let lease = try #require(try await node.lease(job.id))
        let before = nodes.store.state.withLock { $0.calls }
        #expect(await nodes.worker(1).takeTurn() == false)
        // turns, lease, cut place
        #expect(nodes.store.state.withLock { $0.calls } - before == 3)
        #expect(await nodes.worker(1).takeTurn() == false)
        // turns, lease
        #expect(nodes.store.state.withLock { $0.calls } - before == 5)
        await lease.release()
        #expect(await nodes.worker(1).takeTurn())
        #expect(nodes.first.stored(job).state == .jobComplete)
    }

    @Test("tenants take turns over all nodes: a small job does not wait for a big one")
    func sharesFairly() async throws {
        let nodes = try Nodes(2) { $0.chunksAtOnceMax = 1 }
        let big = try await nodes.first.closedJob(EngineFixture.csv(400), tenant: "a", chunkRecords: 10)
        await nodes.worker(0).takeTurnOnce()
        let small = try await nodes.first.closedJob(
            EngineFixture.csv(40, from: 1000), tenant: "b", chunkRecords: 10)
        await nodes.run(big)
        await nodes.run(small)
        let turns = nodes.store.state.withLock { $0.applied.map(\.job) }
        #expect(turns.filter { $0 == small.id }.count == 4)
        #expect(turns.prefix(14).filter { $0 == small.id }.count == 4)
        nodes.checkBooks(big)
        nodes.checkBooks(small)
    }

    @Test("chunks are shorter while several jobs take turns")
    func shortensChunks() async throws {
        let nodes = try Nodes(1) { $0.chunksAtOnceMax = 1 }
        let first = try await nodes.first.closedJob(EngineFixture.csv(200), tenant: "a", chunkRecords: 80)
        let second = try await nodes.first.closedJob(
            EngineFixture.csv(200, from: 1000), tenant: "b", chunkRecords: 80)
        await nodes.run(first)
        await nodes.run(second)
        #expect(nodes.store.state.withLock { $0.applied.first?.count } == 20)
        checkComplete(first, created: 400, second)
        func checkComplete(_ jobs: Job, created: Int, _ other: Job) {
            #expect(nodes.store.state.withLock { $0.rows["items"]?.count } == created)
            nodes.checkBooks(jobs)
            nodes.checkBooks(other)
        }
    }

    @Test("nodes that run take a job from close to its end without any timer")
    func needsNoTimer() async throws {
        let nodes = try Nodes(2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let runner = nodes.fixtures[1].engine.makeRunner()
            group.addTask { try await runner.run() }
            while nodes.store.listeners.withLock({ $0.isEmpty }) { await Task.yield() }
            let job = try await nodes.first.closedJob(EngineFixture.csv(1000), chunkRecords: 10)
            let ended = try await nodes.fixtures[1].engine.wait(
                for: job.id, by: nodes.first.caller, atMost: .seconds(30))
            #expect(ended.state == .jobComplete)
            group.cancelAll()
        }
    }
}

extension SharedWorker {
    /// A turn whose outcome does not matter.
    fileprivate func takeTurnOnce() async { _ = await takeTurn() }
}
