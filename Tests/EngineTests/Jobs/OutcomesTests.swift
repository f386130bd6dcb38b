import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Outcomes by page")
struct OutcomesTests {
    private func pages(
        _ fixture: EngineFixture, _ job: Job, _ part: ResultRequest.Part = .all, code: ErrorCode? = nil,
        limit: Int
    ) async throws -> [[RecordOutcome]] {
        var pages: [[RecordOutcome]] = []
        var after: Int? = 0
        while let place = after, pages.count < 1000 {
            let request = OutcomeRequest(part: part, code: code, after: place, limit: limit)
            let page = try await fixture.engine.outcomes(of: job.id, for: fixture.caller, request)
            #expect(page.outcomes.count <= limit)
            #expect(page.next.map { $0 > place } ?? true)
            pages.append(page.outcomes)
            after = page.next
        }
        return pages
    }

    private func numbers(
        _ fixture: EngineFixture, _ job: Job, _ part: ResultRequest.Part = .all, code: ErrorCode? = nil,
        limit: Int = 3
    ) async throws -> [Int] {
        try await pages(fixture, job, part, code: code, limit: limit).flatMap { $0 }.map(\.record)
    }

    @Test("tell every record of an upload once, whatever the page", arguments: [1, 2, 7, 100])
    func walks(limit: Int) async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob("name\na\n\"\"\nb\nc,d\ne\n", chunkRecords: 10)
        await RunnerTests.run(job, in: fixture)
        let all = try await pages(fixture, job, limit: limit).flatMap { $0 }
        #expect(all.map(\.record) == [1, 2, 3, 4, 5])
        #expect(all.map(\.action) == [.created, .created, .created, .error, .created])
        #expect(all.map(\.key) == [.integer(1), .integer(2), .integer(3), nil, .integer(4)])
        #expect(all[3].fault?.code == .malformedRecord)
        #expect(all[3].fault?.position.line == 5)
        #expect(try await numbers(fixture, job, .failed, limit: limit) == [4])
        #expect(try await numbers(fixture, job, .successful, limit: limit) == [1, 2, 3, 5])
        #expect(try await numbers(fixture, job, .unprocessed, limit: limit) == [])
        #expect(try await numbers(fixture, job, code: .malformedRecord, limit: limit) == [4])
        #expect(try await numbers(fixture, job, code: .duplicateKey, limit: limit) == [])
    }

    @Test("over several chunks, with failures by code")
    func filters() async throws {
        let fixture = try EngineFixture()
        let lines = (1...95).map { $0 % 10 == 5 ? "\($0),\n" : $0 % 10 == 7 ? "1,x\n" : "\($0),n\n" }
        let job = try await fixture.closedJob("id,name\n" + lines.joined(), chunkRecords: 20)
        await RunnerTests.run(job, in: fixture)
        let missing = stride(from: 5, through: 95, by: 10).map { $0 }
        #expect(try await numbers(fixture, job, code: .missingValue) == missing)
        #expect(try await numbers(fixture, job, .failed, code: .duplicateKey).first == 7)
        #expect(try await numbers(fixture, job, .successful, code: .duplicateKey) == [])
        #expect(try await numbers(fixture, job, limit: 10) == Array(1...95))
    }

    @Test("show gaps as unprocessed once the job has ended")
    func showsGaps() async throws {
        let receipts = [(1, 4), (9, 2)].map { first, count in
            var actions = ActionRuns()
            actions.append(.created, count: count)
            return ChunkReceipt(firstRecord: first, actions: actions, keys: .none, faults: [])
        }
        var pager = OutcomePager(
            OutcomeRequest(part: .unprocessed, limit: 3), in: 3..<13, limit: 3)
        for receipt in receipts { pager.take(receipt) }
        #expect(pager.outcomes.map(\.record) == [5, 6, 7])
        #expect(pager.record == 8)
        pager = OutcomePager(OutcomeRequest(part: .unprocessed, limit: 9), in: 8..<13, limit: 9)
        pager.take(receipts[1])
        pager.takeGap(before: pager.end)
        #expect(pager.outcomes.map(\.record) == [8, 11, 12])
        #expect(pager.isFull)
        pager = OutcomePager(OutcomeRequest(part: .all, limit: 9), in: 3..<13, limit: 9)
        for receipt in receipts { pager.take(receipt) }
        #expect(
            pager.outcomes.map { $0.action == .created } == [
                true, true, false, false, false, false, true, true,
            ])
    }

    @Test("have the keys of all records where the receipts keep them")
    func givesAllKeys() {
        var actions = ActionRuns()
        actions.append(.updated, count: 2)
        actions.append(.error)
        actions.append(.updated)
        let fault = Fault(.lockedRecord, at: Position(record: 3, line: 0, byte: 0), message: "locked")
        let receipt = ChunkReceipt(
            firstRecord: 1, actions: actions, keys: .integers([10, 20, 30, 40]),
            faults: [RecordFault(index: 2, fault: fault)])
        var pager = OutcomePager(OutcomeRequest(after: 1, limit: 9), in: 2..<5, limit: 9)
        pager.take(receipt)
        #expect(pager.outcomes.map(\.key) == [.integer(20), .integer(30), .integer(40)])
        #expect(pager.outcomes.map(\.fault?.code) == [nil, .lockedRecord, nil])
    }

    @Test("of a selection have every key, and of a running one nothing that is not known yet")
    func walksSelections() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...25)
        fixture.store.state.withLock { $0.refusedKeys = ["7"] }
        let stream = try await fixture.begin()
        await #expect(throws: CancellationError.self) {
            try await stream.run { event in
                // The reader goes once something was told.
                if case .outcomes = event { throw CancellationError() }
            }
        }
        let running = fixture.stored(stream.job)
        #expect(running.state == .inProgress)
        let known = running.nextRecord - 1
        #expect(known > 0 && known < 25)
        let told = try await pages(fixture, running, limit: 4).flatMap { $0 }
        #expect(told.map(\.record) == Array(1...known))
        #expect(told.map(\.key) == (1...known).map { .integer(Int64($0)) })
        #expect(try await numbers(fixture, running, code: .checkViolation) == [7])
        #expect(try await numbers(fixture, running, .unprocessed) == [])
        _ = try await fixture.engine.abort(running.id, by: fixture.caller)
        #expect(try await numbers(fixture, running, .unprocessed) == Array(known + 1...25))
    }

    @Test("a page that looked at many receipts ends early and says where to go on")
    func boundsWork() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(800) + "801,\n", chunkRecords: 10)
        await RunnerTests.run(job, in: fixture)
        let before = fixture.store.state.withLock { $0.calls }
        let pages = try await pages(fixture, job, .failed, limit: 10)
        #expect(pages.map { $0.map(\.record) } == [[], [801]])
        #expect(fixture.store.state.withLock { $0.calls } - before < 20)
    }

    @Test("are refused for queries, other tenants and what was swept")
    func refuses() async throws {
        let fixture = try EngineFixture()
        let request = OutcomeRequest(limit: 1)
        let query = try await fixture.create(.query)
        let job = try await fixture.closedJob(EngineFixture.csv(3))
        await RunnerTests.run(job, in: fixture)
        fixture.store.state.withLock { $0.jobs[job.id]?.isSwept = true }
        for (id, caller, code) in [
            (query.id, fixture.caller, ErrorCode.jobStateConflict),
            (job.id, fixture.caller("b"), .jobNotFound),
            (job.id, fixture.caller, .resultsExpired),
        ] {
            await #expect {
                _ = try await fixture.engine.outcomes(of: id, for: caller, request)
            } throws: {
                ($0 as? Refusal)?.code == code
            }
        }
    }
}
