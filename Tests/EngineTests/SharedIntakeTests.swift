import BulkModel
import Foundation
import Synchronization
import Testing

@testable import Engine

@Suite("Uploads, queries and files over many nodes")
struct SharedIntakeTests {
    private func refusal(_ body: () async throws -> Void) async -> Refusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("one node at a time takes the upload of a job")
    func refusesSecondUpload() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.create()
        let body = Pieces([Array(EngineFixture.csv(3).utf8)]) { _ in
            let refusal = await refusal { try await nodes.fixtures[1].upload(["id,name\n"], to: job) }
            #expect(refusal?.issue == "upload_in_progress")
        }
        _ = try await nodes.first.engine.receive(body, into: job.id, compression: nil, bytesMax: 1 << 20)
        #expect(nodes.first.stored(job).counts.read == 3)
        #expect(nodes.store.locks.withLock { $0.isEmpty })
    }

    @Test("an upload whose node lost the lock is refused, and does nothing to the one that came after it")
    func refusesWithoutLock() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.create()
        let body = Pieces([Array("id,name\n1,old\n".utf8), Array("2,old\n".utf8)]) { index in
            guard index == 1 else { return }
            nodes.first.node?.dropConnections()
            let refusal = await refusal { try await nodes.fixtures[1].upload(["id,name\n1,new\n"], to: job) }
            #expect(refusal == nil)
        }
        let late = await refusal {
            _ = try await nodes.first.engine.receive(
                body, into: job.id, compression: nil, bytesMax: 1 << 20)
        }
        #expect(late?.code == .uploadIncomplete)
        let closed = try await nodes.first.engine.close(job.id, by: nodes.first.caller)
        await nodes.run(closed)
        #expect(nodes.first.stored(job).state == .jobComplete)
        #expect(nodes.store.state.withLock { $0.rows["items"] } == ["1": ["new"]])
        #expect(nodes.first.files(of: job) == ["upload"])
    }

    @Test("an upload that fails late leaves the one alone that another node is receiving")
    func keepsApart() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.create()
        let (lost, midway, ended) = (Gate(), Gate(), Gate())
        let late = Pieces([Array("id,name\n1,old\n".utf8), Array("2,old\n".utf8)]) { index in
            guard index == 1 else { return }
            nodes.first.node?.dropConnections()
            lost.open()
            await midway.wait()
        }
        let fresh = Pieces([Array("id,name\n1,new\n".utf8), Array("2,new\n".utf8)]) { index in
            guard index == 1 else { return }
            midway.open()
            await ended.wait()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await lost.wait()
                _ = try await nodes.fixtures[1].engine.receive(
                    fresh, into: job.id, compression: nil, bytesMax: 1 << 20)
            }
            let refusal = await refusal {
                _ = try await nodes.first.engine.receive(
                    late, into: job.id, compression: nil, bytesMax: 1 << 20)
            }
            #expect(refusal?.code == .uploadIncomplete)
            ended.open()
            try await group.waitForAll()
        }
        #expect(nodes.first.stored(job).counts.read == 2)
        let path = nodes.core.folder.upload(of: job.id)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "id,name\n1,new\n2,new\n")
    }

    @Test("orphans are removed, but nothing that another node is receiving")
    func sparesUploads() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.create()
        let body = Pieces([Array("id,name\n".utf8), Array("1,a\n".utf8)]) { index in
            guard index == 1 else { return }
            await nodes.fixtures[1].engine.makeSweeper().removeOrphans()
            #expect(nodes.first.files(of: job).count == 1)
        }
        _ = try await nodes.first.engine.receive(body, into: job.id, compression: nil, bytesMax: 1 << 20)
        #expect(nodes.first.files(of: job) == ["upload"])
    }

    @Test("two nodes may sweep the same jobs")
    func sweepsTwice() async throws {
        let nodes = try Nodes(2)
        let job = try await nodes.first.closedJob(EngineFixture.csv(3))
        await nodes.run(job)
        nodes.first.time.advance(.seconds(8 * 24 * 3600))
        await withDiscardingTaskGroup { group in
            for fixture in nodes.fixtures { group.addTask { await fixture.engine.makeSweeper().sweep() } }
        }
        #expect(nodes.first.stored(job).isSwept)
        #expect(nodes.first.files(of: job) == [])
        for fixture in nodes.fixtures {
            let faults = fixture.observed.withLock { $0 }.filter {
                if case .serviceFault = $0 { true } else { false }
            }
            #expect(faults.isEmpty)
        }
    }

    private func queryJob(_ rows: [String], on nodes: Nodes) async throws -> Job {
        nodes.store.state.withLock { state in
            state.queryPages = rows.map { QueryPage(bytes: Array("\($0)\n".utf8), rowCount: 1) }
        }
        let job = try await nodes.first.create(.query)
        return try await nodes.first.engine.close(job.id, by: nodes.first.caller)
    }

    private func worker(_ node: Int, of nodes: Nodes) -> QueryWorker {
        QueryWorker(core: nodes.fixtures[node].engine.core, desk: QueryDesk(workers: 1))
    }

    @Test("one node at a time runs a query; the others pass it over")
    func runsQueriesOnce() async throws {
        let nodes = try Nodes(2)
        let job = try await queryJob(["1,a", "2,b"], on: nodes)
        let lock = try await nodes.first.node?.lock(.query(job.id))
        #expect(await worker(1, of: nodes).runNext() == false)
        #expect(nodes.first.stored(job).state == .uploadComplete)
        await lock?.release()
        #expect(await worker(1, of: nodes).runNext())
        #expect(try await nodes.first.results(job) == "id,name\n1,a\n2,b\n")
        #expect(nodes.first.files(of: job) == ["result"])
        #expect(nodes.store.locks.withLock { $0.isEmpty })
    }

    @Test(
        "a query whose node lost the lock finishes nothing; another one gives the whole result",
        arguments: 1...3)
    func stopsWithoutLock(page: Int) async throws {
        let nodes = try Nodes(2)
        let job = try await queryJob(["1,a", "2,b", "3,c"], on: nodes)
        let count = Mutex(0)
        nodes.store.beforePage.withLock { hook in
            hook = {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                if number == page { nodes.first.node?.dropConnections() }
            }
        }
        #expect(await worker(0, of: nodes).runNext() == false)
        #expect(nodes.first.stored(job).state == .inProgress)
        #expect(!nodes.first.files(of: job).contains("result"))
        nodes.store.beforePage.withLock { $0 = nil }
        #expect(await worker(1, of: nodes).runNext())
        #expect(nodes.first.stored(job).state == .jobComplete)
        #expect(try await nodes.first.results(job) == "id,name\n1,a\n2,b\n3,c\n")
        #expect(nodes.first.files(of: job) == ["result"])
    }

    @Test("an abort on another node stops a query, and nothing of it is kept")
    func abortsQueries() async throws {
        let nodes = try Nodes(2)
        let job = try await queryJob(["1,a", "2,b"], on: nodes)
        nodes.store.beforePage.withLock { hook in
            hook = {
                nodes.store.state.withLock { state in
                    var machine = state.jobs[job.id].map { JobMachine($0) }
                    _ = machine?.event(.abort, at: job.createdAt)
                    state.jobs[job.id] = machine?.job
                }
            }
        }
        _ = await worker(1, of: nodes).runNext()
        #expect(nodes.first.stored(job).state == .aborted)
        await #expect(throws: Refusal.self) { try await nodes.first.results(job) }
        #expect(await worker(0, of: nodes).runNext() == false)
    }
}
