import BulkModel
import Engine
import Formats
import Planning
import Synchronization
import Testing

@Suite("Limits of selections")
struct StreamLimitTests {
    private func options(
        _ limit: Int, chunk: Int? = 10, recordsMax: Int? = nil, isDryRun: Bool = false
    ) -> StreamOptions {
        var options = EngineFixture.options(chunk: chunk, recordsMax: recordsMax, isDryRun: isDryRun)
        options.limit = limit
        return options
    }

    @Test(
        "only the first so many records are changed, and the operation is complete then",
        arguments: [(1, 10), (9, 10), (10, 10), (11, 10), (25, 10), (25, 4), (40, 10), (41, 10), (500, 7)])
    func changesTheFirst(limit: Int, chunk: Int) async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        let expected = min(limit, 40)
        let stream = try await fixture.begin(EngineFixture.renaming, options(limit, chunk: chunk))
        #expect(stream.recordCount == expected)
        #expect(stream.job.counts.read == expected)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(fixture.keys(named: "new") == Array(1...expected))
        let summary = try #require(listener.summary)
        #expect(summary.stop == nil)
        #expect(summary.job.state == .jobComplete)
        #expect(summary.job.counts.read == expected && summary.job.counts.updated == expected)
        #expect(listener.lines.map(\.number) == Array(1...expected))
        #expect(listener.progress.allSatisfy { $0.counts.read == expected })
    }

    @Test("records that fail or stay as they are count towards the limit")
    func countsAll() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...20)
        fixture.store.state.withLock { $0.refusedKeys = ["2"] }
        let stream = try await fixture.begin(EngineFixture.renaming, options(5, chunk: 2))
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(fixture.keys(named: "new") == [1, 3, 4, 5])
        #expect(listener.summary?.job.counts.failed == 1)
    }

    @Test("listed ids are limited in the caller's order")
    func listed() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...9)
        let stream = try await fixture.begin(
            EngineFixture.renaming(ids: [9, 100, 7, 5, 3, 1]), options(4, chunk: 2))
        #expect(stream.recordCount == 4)
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(fixture.keys(named: "new") == [5, 7, 9])
        #expect(listener.lines.map(\.key) == ["9", "100", "7", "5"])
        #expect(listener.summary?.job.state == .jobComplete)
    }

    @Test("who resumes is kept to the limit, with the request and with the cursor alone")
    func resumed() async throws {
        for sendsRequest in [true, false] {
            let fixture = try EngineFixture()
            fixture.fill(1...40)
            let stream = try await fixture.begin(EngineFixture.renaming, options(25))
            #expect(await StreamListener(leavesAt: 2).listen(to: stream) != nil)
            let asked = sendsRequest ? (EngineFixture.renaming, options(25)) : nil
            let rest = try await fixture.resume(stream.job, behind: 5, as: asked)
            #expect(rest.recordCount == 20)
            let listener = StreamListener()
            #expect(await listener.listen(to: rest) == nil)
            #expect(listener.lines.map(\.number) == Array(6...25))
            #expect(fixture.keys(named: "new") == Array(1...25))
            #expect(listener.summary?.job.counts.read == 25)
            let again = try await fixture.resume(stream.job, behind: 25)
            #expect(again.recordCount == 0)
        }
    }

    @Test("a cursor with another limit is another request")
    func otherLimit() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        let stream = try await fixture.begin(EngineFixture.renaming, options(25))
        #expect(await StreamListener(leavesAt: 2).listen(to: stream) != nil)
        for other in [options(26), EngineFixture.options()] {
            let refusal = await #expect(throws: Refusal.self) {
                try await fixture.resume(stream.job, behind: 0, as: (EngineFixture.renaming, other))
            }
            #expect(refusal?.issue == "other_request")
        }
    }

    @Test("what the limit lets through is what may be too much")
    func mostAffected() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        _ = try await fixture.begin(EngineFixture.renaming, options(10, recordsMax: 10))
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.begin(EngineFixture.renaming, options(11, recordsMax: 10))
        }
        #expect(refusal?.issue == "max_affected")
    }

    @Test("a limit of no record at all is refused")
    func nothing() async throws {
        let fixture = try EngineFixture()
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.begin(EngineFixture.renaming, options(0))
        }
        #expect(refusal?.code == .invalidRequest)
    }

    @Test("a trial run is limited as well, and changes nothing")
    func dryRun() async throws {
        let fixture = try EngineFixture()
        fixture.fill(1...40)
        let stream = try await fixture.begin(EngineFixture.renaming, options(15, isDryRun: true))
        let listener = StreamListener()
        #expect(await listener.listen(to: stream) == nil)
        #expect(listener.summary?.job.counts.updated == 15)
        #expect(fixture.keys(named: "new").isEmpty)
    }

    @Test("the names of a table's columns are told to those who may use it")
    func columns() async throws {
        let fixture = try EngineFixture()
        #expect(try await fixture.engine.columns(of: "items", for: fixture.caller) == ["id", "name"])
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.engine.columns(of: "itens", for: fixture.caller)
        }
        #expect(refusal?.code == .tableNotFound)
        var other = fixture.caller
        other.tables = ["others"]
        let hidden = await #expect(throws: Refusal.self) {
            try await fixture.engine.columns(of: "items", for: other)
        }
        #expect(hidden?.code == .tableNotFound)
    }
}
