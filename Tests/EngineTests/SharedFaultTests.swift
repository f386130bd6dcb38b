import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Runner over a shared store when things fail")
struct SharedFaultTests {
    @Test(
        "a store that fails on call 1, 2, 3 … never loses or doubles a record",
        arguments: [StoreError.Code.busy, .full, .failed, .jobMoved], [1, 2])
    func survivesFaults(code: StoreError.Code, nodeCount: Int) async throws {
        for operation in [BulkModel.Operation.insert, .upsert] {
            var call = 1
            var hasFailed = true
            while hasFailed {
                let nodes = try Nodes(nodeCount)
                let job = try await nodes.first.closedJob(EngineFixture.csv(60), operation, chunkRecords: 20)
                let number = nodes.store.state.withLock { state in
                    state.failures = [state.calls + call: StoreError(code, "fault \(call)")]
                    return state.calls + call
                }
                await nodes.run(job)
                hasFailed = nodes.store.state.withLock { $0.calls } >= number
                let ended = nodes.first.stored(job)
                #expect(ended.state == .jobComplete, "\(code) on call \(call)")
                #expect(ended.counts.created == 60, "\(code) on call \(call)")
                #expect(ended.reason == nil)
                nodes.checkBooks(job)
                call += 1
            }
            #expect(call > 10)
        }
    }

    @Test("a chunk that cannot be read just now is free again at once", arguments: 1...6)
    func freesChunks(call: Int) async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(10))
        let node = try #require(nodes.first.node)
        _ = try await node.change(job.id, JobMachine.change(.start, at: job.createdAt))
        #expect(try await node.cut(1..<11, of: job.id, openMax: 8))
        nodes.store.state.withLock { $0.failures = [$0.calls + call: StoreError(.busy, "fault")] }
        // turns, lease, tables, segment page, apply
        #expect(await nodes.worker(1).takeTurn() == (call > 5))
        #expect(nodes.cuts(job)?.open.contains { $0.lease != nil } == false)
        await nodes.run(job)
        #expect(nodes.first.stored(job).counts.created == 10)
    }

    @Test("what a dead node leaves is done by the others, every record once", arguments: 1...6)
    func survivesDeadNodes(death: Int) async throws {
        for operation in [BulkModel.Operation.insert, .upsert] {
            let nodes = try Nodes(3)
            let job = try await nodes.first.closedJob(EngineFixture.csv(200), operation, chunkRecords: 10)
            let count = Mutex(0)
            nodes.store.beforeApply.withLock { hook in
                hook = { _ in
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    if number == death { nodes.fixtures[1].node?.kill() }
                    if number == death + 3 { nodes.fixtures[2].node?.kill() }
                }
            }
            await nodes.run(job)
            #expect(nodes.first.stored(job).state == .jobComplete)
            #expect(nodes.first.stored(job).counts.created == 200)
            nodes.checkBooks(job)
        }
    }

    @Test("a lost connection in the middle of a chunk frees it; it is applied once", arguments: 1...8)
    func survivesLostConnections(moment: Int) async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(150), chunkRecords: 10)
        let count = Mutex(0)
        nodes.store.beforeApply.withLock { hook in
            hook = { _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                if number % moment == 0, number < 40 { nodes.fixtures[number % 2].node?.dropConnections() }
            }
        }
        await nodes.run(job)
        #expect(nodes.first.stored(job).state == .jobComplete)
        #expect(nodes.first.stored(job).counts.created == 150)
        nodes.checkBooks(job)
    }

    @Test("an abort by another node takes effect after the chunks being applied")
    func aborts() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(400), chunkRecords: 10)
        let count = Mutex(0)
        nodes.store.beforeApply.withLock { hook in
            hook = { _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                guard number == 7 else { return }
                nodes.store.state.withLock { state in
                    var machine = state.jobs[job.id].map { JobMachine($0) }
                    _ = machine?.event(.abort, at: job.createdAt)
                    state.jobs[job.id] = machine?.job
                }
            }
        }
        await nodes.run(job)
        let ended = nodes.first.stored(job)
        #expect(ended.state == .aborted)
        #expect((1...70).contains(ended.counts.created))
        #expect(nodes.store.state.withLock { $0.rows["items"]?.count } == ended.counts.created)
        nodes.checkBooks(job)
    }

    @Test(
        "a damaged upload fails the job; what is committed is kept",
        arguments: [BulkModel.Operation.insert, .upsert])
    func noticesDamage(operation: BulkModel.Operation) async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(50), operation, chunkRecords: 10)
        try Damage.flipByte(of: nodes.core.folder.upload(of: job.id), at: 500)
        await nodes.run(job)
        let ended = nodes.first.stored(job)
        #expect(ended.state == .failed)
        #expect(ended.reason?.code == .uploadDamaged)
        #expect(ended.reason?.message.contains("record 41") == true)
        #expect(ended.counts.unprocessed >= 10)
        if operation == .upsert { #expect(ended.counts.created == 40) }
        nodes.checkBooks(job)
    }

    @Test("a job whose books are wrong fails instead of going on")
    func noticesWrongBooks() async throws {
        let nodes = try Nodes(1)
        let gap = try await nodes.first.closedJob(EngineFixture.csv(50))
        let lost = try await nodes.first.closedJob(EngineFixture.csv(50, from: 100))
        nodes.store.state.withLock { state in
            state.jobs[gap.id]?.state = .inProgress
            state.jobs[gap.id]?.nextRecord = 11
            state.jobs[gap.id]?.counts.succeeded = 10
            state.pages[MemoryStore.PageKey(job: lost.id, source: .upload)] = nil
        }
        await nodes.run(gap)
        await nodes.run(lost)
        for job in [gap, lost] {
            #expect(nodes.first.stored(job).state == .failed)
            #expect(nodes.first.stored(job).reason?.code == .internalError)
        }
    }

    @Test("a job that waits says so and hinders no other; one that fails for good fails after three tries")
    func isolatesFailures() async throws {
        let nodes = try Nodes(1) { $0.chunksAtOnceMax = 1 }
        let full = try await nodes.first.closedJob(EngineFixture.csv(20), tenant: "a")
        let broken = try await nodes.first.closedJob(EngineFixture.csv(20, from: 100), tenant: "b")
        let other = try await nodes.first.closedJob(EngineFixture.csv(20, from: 200), tenant: "c")
        let brokenTries = Mutex(0)
        nodes.store.beforeApply.withLock { hook in
            hook = { chunk in
                guard chunk.job != other.id else { return }
                if chunk.job == broken.id { brokenTries.withLock { $0 += 1 } }
                let error =
                    chunk.job == full.id ? StoreError(.full, "no room") : StoreError(.failed, "broken")
                nodes.store.state.withLock { $0.failures = [$0.calls + 1: error] }
            }
        }
        await nodes.drain()
        #expect(nodes.first.stored(other).state == .jobComplete)
        #expect(nodes.first.stored(full).state == .inProgress)
        nodes.first.time.advance(.seconds(10))
        await nodes.drain()
        #expect(nodes.first.stored(full).reason?.code == .serviceUnavailable)
        await nodes.run(broken)
        #expect(nodes.first.stored(broken).state == .failed)
        #expect(nodes.first.stored(broken).reason?.message == "broken")
        #expect(brokenTries.withLock { $0 } == Retries.lastingMax)
        #expect(nodes.first.stored(full).state == .inProgress)
        nodes.store.beforeApply.withLock { $0 = nil }
        await nodes.run(full)
        #expect(nodes.first.stored(full).state == .jobComplete)
        #expect(nodes.first.stored(full).reason == nil)
    }

    @Test("a job that only fails passes its turn on: to its tenant's other job, and to other tenants")
    func passesTurns() async throws {
        let nodes = try Nodes(1) { $0.chunksAtOnceMax = 1 }
        var names: [JobID: String] = [:]
        for (name, tenant, first) in [("x", "a", 1), ("s", "a", 100), ("o", "b", 200)] {
            let job = try await nodes.first.closedJob(
                EngineFixture.csv(80, from: first), tenant: tenant, chunkRecords: 10)
            names[job.id] = name
            nodes.first.time.advance(.seconds(1))
        }
        let tries = Mutex("")
        nodes.store.beforeApply.withLock { hook in
            hook = { [names] chunk in
                tries.withLock { $0 += names[chunk.job] ?? "?" }
                guard names[chunk.job] == "x" else { return }
                nodes.store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.busy, "locked")] }
            }
        }
        for _ in 0..<8 {
            nodes.first.time.advance(.seconds(10))
            #expect(await nodes.worker().takeTurn())
        }
        #expect(tries.withLock { $0 } == "xosoxosoxos")
    }

    @Test("while the store does not say whose turn it is, a node asks less and less often")
    func restsWhenBlind() {
        let desk = SharedDesk(limits: Limits())
        var now = Duration.zero
        #expect(desk.restDuration(at: now) == EngineCore.pollInterval)
        for step in [50, 100, 200, 400, 800, 1600, 3200, 6400, 6400] {
            // All workers of the node meet the same failure.
            for _ in 0..<4 { desk.failLook(StoreError(.busy, "away"), at: now, random: .max) }
            let rest = desk.restDuration(at: now)
            #expect(rest > .milliseconds(step - 1) && rest <= .milliseconds(step))
            now += rest
        }
        desk.meet([], isWhole: true)
        #expect(desk.restDuration(at: now) == EngineCore.pollInterval)
    }
}
