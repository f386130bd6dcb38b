import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Retry")
struct RetryTests {
    /// Three good records and four bad ones: a name missing, a key taken, a line too long, a number that is none.
    private static let text = "id,name\n1,a\n2,\n3,c\n1,\"d \"\"q\"\"\"\n4,e,f\nx,g\n5,h\n"

    private func ended(
        _ fixture: EngineFixture, _ text: String = Self.text, format: ContentFormat = .csv,
        options: JobOptions = JobOptions()
    ) async throws -> Job {
        let job = try await fixture.closedJob(text, format: format, options: options)
        await RunnerTests.run(job, in: fixture)
        return fixture.stored(job)
    }

    private func upload(of job: Job, _ fixture: EngineFixture) throws -> String {
        let file = try LocalFile(reading: fixture.engine.core.folder.upload(of: job.id))
        return String(decoding: try file.read(at: 0, count: try file.byteCount()), as: UTF8.self)
    }

    private func counts(_ job: Job, _ fixture: EngineFixture) async throws -> [Int] {
        let counts = try await fixture.engine.family(of: fixture.stored(job)).counts
        return [counts.read, counts.succeeded, counts.failed, counts.unprocessed]
    }

    private func expectRefusal(
        _ issue: String?, _ code: ErrorCode = .jobStateConflict, _ place: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("no refusal", sourceLocation: place)
        } catch {
            let refusal = error as? Refusal
            #expect(refusal?.code == code, sourceLocation: place)
            #expect(refusal?.issue == issue, sourceLocation: place)
        }
    }

    @Test("tries the failed records again as they came; those that cannot be decoded stay failed")
    func retriesFailed() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        #expect(job.counts.failed == 4)
        fixture.store.state.withLock { $0.rows["items"]?["1"] = nil }
        let child = try await fixture.engine.retry(job.id, by: fixture.caller)
        #expect(child.spec.parent == job.id)
        #expect(child.state == .uploadComplete)
        #expect(try upload(of: child, fixture) == "id,name\n2,\n1,\"d \"\"q\"\"\"\nx,g\n")
        #expect(try await counts(job, fixture) == [7, 3, 1, 3])
        await RunnerTests.run(child, in: fixture)
        #expect(fixture.store.state.withLock { $0.rows["items"]?["1"] } == ["d \"q\""])
        #expect(try await counts(job, fixture) == [7, 4, 3, 0])
    }

    @Test("objects go as they came, one a line or in an array", arguments: [ContentFormat.json, .ndjson])
    func retriesObjects(format: ContentFormat) async throws {
        let fixture = try EngineFixture()
        let records = [
            "{\"id\":1,\"name\":\"a\"}", "{ \"id\" : 1, \"name\":\"\\u00e4\" }", "{\"id\":2 \"name\"}",
        ]
        let text =
            format == .json
            ? "[" + records.dropLast().joined(separator: ",\n") + "]" : records.joined(separator: "\n")
        let job = try await ended(fixture, text, format: format)
        #expect(job.counts.failed == (format == .json ? 1 : 2))
        let child = try await fixture.engine.retry(job.id, by: fixture.caller)
        let sent = records[1] + "\n"
        #expect(try upload(of: child, fixture) == (format == .json ? "[\(sent)]" : sent))
        #expect(child.counts.read == 1)
    }

    @Test("records that were not reached are tried as well, after an abort")
    func retriesUnprocessed() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(95) + "96,\n", chunkRecords: 20)
        fixture.store.state.withLock { $0.applyMax = 30 }
        fixture.store.beforeApply.withLock {
            $0 = { chunk in
                guard chunk.firstRecord == 41 else { return }
                fixture.store.state.withLock { state in
                    _ = JobMachine.change(.abort, at: chunk.now)(&state.jobs[job.id, default: job])
                }
            }
        }
        await RunnerTests.run(job, in: fixture)
        #expect(fixture.stored(job).counts.unprocessed == 56)
        let child = try await fixture.engine.retry(job.id, by: fixture.caller)
        #expect(child.counts.read == 56)
        await RunnerTests.run(child, in: fixture)
        #expect(try await counts(job, fixture) == [96, 95, 1, 0])
        #expect(fixture.store.state.withLock { $0.rows["items"]?.count } == 95)
    }

    @Test("a corrected file takes the place of what was left, and a retry's id leads to the same family")
    func takesCorrectedFile() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        let first = try await fixture.engine.retry(
            job.id, body: Pieces([Array("id;name\n2;b\n9;\n4;e\n".utf8)]), by: fixture.caller)
        await RunnerTests.run(first, in: fixture)
        #expect(try await counts(job, fixture) == [7, 5, 2, 0])
        let second = try await fixture.engine.retry(first.id, by: fixture.caller)
        #expect(second.spec.parent == job.id)
        #expect(try upload(of: second, fixture) == "id;name\n9;\n")
        await RunnerTests.run(second, in: fixture)
        #expect(try await counts(job, fixture) == [7, 5, 2, 0])
        let family = try await fixture.engine.family(of: job)
        #expect(family.retries.map(\.id) == [first.id, second.id])
        #expect(try await fixture.engine.family(of: first).retries.isEmpty)
    }

    @Test("is refused while it runs, when nothing is left, for what is no upload, and once it was swept")
    func refuses() async throws {
        let fixture = try EngineFixture()
        let engine = fixture.engine
        let open = try await fixture.create()
        await expectRefusal("not_ended") { _ = try await engine.retry(open.id, by: fixture.caller) }
        let good = try await ended(fixture, EngineFixture.csv(3, from: 10))
        await expectRefusal("nothing_to_retry") { _ = try await engine.retry(good.id, by: fixture.caller) }
        let query = try await fixture.create(.query)
        await expectRefusal("not_retryable") { _ = try await engine.retry(query.id, by: fixture.caller) }
        let malformed = try await ended(fixture, "id,name\n1,2,3\n")
        await expectRefusal("nothing_to_retry") {
            _ = try await engine.retry(malformed.id, by: fixture.caller)
        }
        #expect(try await counts(malformed, fixture) == [1, 0, 1, 0])
        let job = try await ended(fixture, "id,name\n77,\n")
        let child = try await engine.retry(job.id, by: fixture.caller)
        await expectRefusal("retry_in_progress") { _ = try await engine.retry(job.id, by: fixture.caller) }
        await RunnerTests.run(child, in: fixture)
        await expectRefusal("no_records", .invalidRequest) {
            _ = try await engine.retry(
                job.id, body: Pieces([Array("id,name\n".utf8)]), by: fixture.caller)
        }
        await expectRefusal(nil, .jobNotFound) {
            _ = try await engine.retry(job.id, by: fixture.caller("b"))
        }
        fixture.store.state.withLock { state in
            for id in [job.id, child.id] { state.jobs[id]?.isSwept = true }
        }
        await expectRefusal(nil, .resultsExpired) { _ = try await engine.retry(job.id, by: fixture.caller) }
    }

    @Test("of two at once one is refused", arguments: [false, true])
    func isAlone(isShared: Bool) async throws {
        let fixtures = isShared ? try EngineFixture.nodes(2) : [try EngineFixture()]
        let fixture = fixtures[0]
        let job = try await fixture.closedJob("id,name\n1,\n")
        if isShared {
            let nodes = SharedRunner(core: fixture.engine.core, store: try #require(fixture.node))
            while await nodes.workers[0].takeTurn() {}
        } else {
            await RunnerTests.run(job, in: fixture)
        }
        let (arrived, go) = (Gate(), Gate())
        let body = Pieces([Array("id,name\n1,a\n".utf8)]) { _ in
            arrived.open()
            await go.wait()
        }
        async let first = fixture.engine.retry(job.id, body: body, by: fixture.caller)
        await arrived.wait()
        await expectRefusal("retry_in_progress") {
            _ = try await fixtures.last?.engine.retry(job.id, by: fixture.caller)
        }
        go.open()
        #expect(try await first.state == .uploadComplete)
    }

    @Test("an upload that is damaged is told, and leaves no retry that hinders the next one")
    func tellsDamage() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        let path = fixture.engine.core.folder.upload(of: job.id)
        try Damage.cut(path, to: 20)
        await expectRefusal(nil, .uploadDamaged) {
            _ = try await fixture.engine.retry(job.id, by: fixture.caller)
        }
        let left = try await fixture.engine.family(of: job)
        #expect(left.retries.map(\.state) == [.aborted])
        #expect(left.counts == job.counts)
        let child = try await fixture.engine.retry(
            job.id, body: Pieces([Array("id,name\n2,b\n".utf8)]), by: fixture.caller)
        #expect(child.counts.read == 1)
    }

    @Test("what a server that died left open is in nobody's way")
    func passesOverOrphans() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture, "id,name\n1,\n")
        var spec = job.spec
        spec.parent = job.id
        let orphan = try await fixture.engine.create(spec, by: fixture.caller)
        let child = try await fixture.engine.retry(job.id, by: fixture.caller)
        #expect(child.counts.read == 1)
        #expect(fixture.stored(orphan).state == .aborted)
    }

    @Test("a retry that is closed in the very moment when the next one looks is not aborted, but under way")
    func leavesClosed() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture, "id,name\n1,\n")
        var spec = job.spec
        spec.parent = job.id
        let open = try await fixture.engine.create(spec, by: fixture.caller)
        _ = try await fixture.engine.receive(
            Pieces([Array("id,name\n1,a\n".utf8)]), into: open.id, compression: nil, bytesMax: .max)
        let close = JobMachine.closing(at: fixture.time.wall)
        fixture.store.afterJobs.withLock {
            $0 = {
                fixture.store.state.withLock { state in _ = close(&state.jobs[open.id, default: open]) }
            }
        }
        await expectRefusal("retry_in_progress") {
            _ = try await fixture.engine.retry(job.id, by: fixture.caller)
        }
        #expect(fixture.stored(open).state == .uploadComplete)
        #expect(try await fixture.engine.family(of: job).retries.map(\.id) == [open.id])
    }

    /// Two nodes, and an ended job whose only record has failed.
    private func nodesWithFailures() async throws -> (fixtures: [EngineFixture], job: Job) {
        let fixtures = try EngineFixture.nodes(2)
        let job = try await fixtures[0].closedJob("id,name\n1,\n")
        let store = try #require(fixtures[0].node)
        let nodes = SharedRunner(core: fixtures[0].engine.core, store: store)
        while await nodes.workers[0].takeTurn() {}
        return (fixtures, job)
    }

    @Test("a retry that lost its lock does not run beside the one that was begun since")
    func yieldsLock() async throws {
        let (fixtures, job) = try await nodesWithFailures()
        let fixture = fixtures[0]
        let body = Pieces([Array("id,name\n1,a\n".utf8)]) { _ in
            fixture.store.locks.withLock { $0[.upload(job.id)] = nil }
            // Were it refused, the family below would lack it.
            _ = try? await fixtures[1].engine.retry(job.id, by: fixture.caller)
        }
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.engine.retry(job.id, body: body, by: fixture.caller)
        }
        #expect(refusal?.code == .jobStateConflict)
        let retries = try await fixture.engine.family(of: job).retries
        #expect(retries.map(\.state) == [.aborted, .uploadComplete])
    }

    @Test("a retry that lost its lock before its upload was read is not closed")
    func asksLock() async throws {
        let (fixtures, job) = try await nodesWithFailures()
        let fixture = fixtures[0]
        let body = Pieces([Array("id,name\n1,a\n".utf8)]) { _ in
            fixture.store.locks.withLock { $0[.upload(job.id)] = nil }
        }
        await expectRefusal("retry_interrupted", .serviceUnavailable) {
            _ = try await fixture.engine.retry(job.id, body: body, by: fixture.caller)
        }
        #expect(try await fixture.engine.family(of: job).retries.map(\.state) == [.aborted])
    }

    @Test(
        "after a file of fewer records than were left, what failed of it is tried, and then it is told what to send"
    )
    func partialCorrection() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture, "id,name\n1,\n2,\n3,\n4,\n5,e\n")
        let first = try await fixture.engine.retry(
            job.id, body: Pieces([Array("id,name\n1,a\n2,\n".utf8)]), by: fixture.caller)
        await RunnerTests.run(first, in: fixture)
        #expect(try await counts(job, fixture) == [5, 2, 3, 0])
        let second = try await fixture.engine.retry(job.id, by: fixture.caller)
        #expect(try upload(of: second, fixture) == "id,name\n2,\n")
        await RunnerTests.run(second, in: fixture)
        let third = try await fixture.engine.retry(
            job.id, body: Pieces([Array("id,name\n2,b\n".utf8)]), by: fixture.caller)
        await RunnerTests.run(third, in: fixture)
        #expect(try await counts(job, fixture) == [5, 3, 2, 0])
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.engine.retry(job.id, by: fixture.caller)
        }
        #expect(refusal?.issue == "nothing_to_retry")
        #expect(refusal?.message.contains("2 are still not done") == true)
        #expect(refusal?.message.contains("records of job \(job.id.text) with status failed") == true)
        let last = try await fixture.engine.retry(
            job.id, body: Pieces([Array("id,name\n3,c\n4,d\n".utf8)]), by: fixture.caller)
        await RunnerTests.run(last, in: fixture)
        #expect(try await counts(job, fixture) == [5, 5, 0, 0])
        await expectRefusal("nothing_to_retry") {
            _ = try await fixture.engine.retry(job.id, by: fixture.caller)
        }
    }

    @Test("a clock that was set back does not mix up the order of retries")
    func keepsOrder() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture, "id,name\n1,\n2,\n")
        var ids: [JobID] = []
        for _ in 1...3 {
            fixture.time.setWall(Timestamp(unixSeconds: 1_000_000_000))
            let child = try await fixture.engine.retry(job.id, by: fixture.caller)
            await RunnerTests.run(child, in: fixture)
            ids.append(child.id)
        }
        #expect(try await fixture.engine.family(of: job).retries.map(\.id) == ids)
    }

    private func reply(at time: Timestamp) -> StoredReply {
        StoredReply(
            key: ReplyKey(tenant: TenantID("a"), digest: "k"), fingerprint: "f", status: 202, headers: [],
            body: [], createdAt: time)
    }

    @Test("a retry that was closed although its commit seemed to fail is not aborted")
    func keepsClosed() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        let reply = reply(at: fixture.time.wall)
        fixture.store.state.withLock { $0.lostChange = StoreError(.busy, "the connection was lost") }
        await expectRefusal(nil, .serviceUnavailable) {
            _ = try await fixture.engine.retry(job.id, by: fixture.caller) { _ in reply }
        }
        #expect(try await fixture.engine.family(of: job).retries.map(\.state) == [.uploadComplete])
        #expect(try await fixture.store.reply(to: reply.key) == reply)
    }

    @Test("a retry whose key another node has answered meanwhile does not run, and who asked may ask again")
    func yieldsToOtherNode() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        let reply = reply(at: fixture.time.wall)
        try await fixture.store.save(reply)
        await expectRefusal(nil, .keyInUse) {
            _ = try await fixture.engine.retry(job.id, by: fixture.caller) { _ in reply }
        }
        #expect(try await fixture.engine.family(of: job).retries.map(\.state) == [.aborted])
    }

    @Test("the answer is kept just when the retry is closed")
    func keepsReply() async throws {
        let fixture = try EngineFixture()
        let job = try await ended(fixture)
        let key = ReplyKey(tenant: TenantID("a"), digest: "k")
        let time = fixture.time.wall
        let child = try await fixture.engine.retry(job.id, by: fixture.caller) { child in
            StoredReply(
                key: key, fingerprint: "f", status: 202, headers: [], body: Array(child.id.text.utf8),
                createdAt: time)
        }
        let reply = try await fixture.store.reply(to: key)
        #expect(reply?.body == Array(child.id.text.utf8))
    }

    @Test("a store that fails on call 1, 2, 3 … leaves nothing that a later retry cannot mend")
    func survivesFaults() async throws {
        var call = 1
        var hasFailed = true
        while hasFailed {
            let fixture = try EngineFixture()
            let job = try await ended(fixture)
            fixture.store.state.withLock { $0.rows["items"]?["1"] = nil }
            let number = fixture.store.state.withLock { state in
                state.failures = [state.calls + call: StoreError(.busy, "fault \(call)")]
                return state.calls + call
            }
            var child: Job?
            do {
                child = try await fixture.engine.retry(job.id, by: fixture.caller)
            } catch {
                #expect(error.code == .serviceUnavailable, "call \(call)")
            }
            hasFailed = fixture.store.state.withLock { $0.calls } >= number
            #expect(hasFailed || child != nil)
            fixture.store.state.withLock { $0.failures = [:] }
            if child == nil {
                let open = fixture.store.state.withLock {
                    $0.jobs.values.filter { $0.state == .uploadComplete }
                }
                #expect(open.isEmpty, "call \(call)")
            }
            let again =
                if let child { child } else {
                    try await fixture.engine.retry(job.id, by: fixture.caller)
                }
            await RunnerTests.run(again, in: fixture)
            #expect(try await counts(job, fixture) == [7, 4, 3, 0], "call \(call)")
            call += 1
        }
        #expect(call > 8)
    }
}
