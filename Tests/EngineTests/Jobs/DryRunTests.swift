import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Dry run of an upload")
struct DryRunTests {
    private static var options: JobOptions {
        var options = JobOptions()
        options.isDryRun = true
        return options
    }

    /// 60 records, of which the last ten have keys that came before.
    private static let text = EngineFixture.csv(50) + (1...10).map { "\($0),again\n" }.joined()

    @Test("tells what would become of each record, and changes none")
    func changesNothing() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(Self.text, chunkRecords: 10, options: Self.options)
        await RunnerTests.run(job, in: fixture)
        let done = fixture.stored(job)
        #expect(done.state == .jobComplete)
        #expect(done.counts.created == 50)
        // Chunks are as large as allowed, whatever was asked for: so the keys that come twice are seen.
        #expect(done.errorCounts == [.duplicateKey: 10])
        #expect(fixture.store.state.withLock { $0.applied.map(\.count) } == [60])
        #expect(fixture.store.state.withLock { $0.rows["items"] ?? [:] }.isEmpty)
        RunnerTests.checkBooks(job, in: fixture)
    }

    @Test("has chunks as large as allowed, also while other jobs take turns")
    func isNotCutByTurns() async throws {
        let fixture = try EngineFixture { $0.chunkRecordsMax = 30 }
        let other = try await fixture.closedJob(EngineFixture.csv(60, from: 1000), tenant: "b")
        let job = try await fixture.closedJob(Self.text, options: Self.options)
        let runner = DataRunner(core: fixture.engine.core)
        await RunnerTests.run(job, in: fixture, with: runner)
        await RunnerTests.run(other, in: fixture, with: runner)
        let applied = fixture.store.state.withLock { $0.applied }
        #expect(applied.filter { $0.job == job.id }.map(\.count) == [30, 30])
        // What the first chunk did is undone when the second is looked at.
        #expect(fixture.stored(job).counts.created == 60)
        #expect(fixture.store.state.withLock { $0.rows["items"]?.count } == 60)
    }

    @Test("has one chunk at a time over many nodes, although inserts have several")
    func isInOrderOverNodes() async throws {
        let nodes = try Nodes(2) { $0.chunkRecordsMax = 20 }
        let job = try await nodes.first.closedJob(Self.text, options: Self.options)
        await nodes.run(job)
        #expect(nodes.first.stored(job).state == .jobComplete)
        #expect(nodes.cuts(job)?.openMost == 1)
        #expect(nodes.store.state.withLock { $0.applied.map(\.count) } == [20, 20, 20])
        #expect(nodes.store.state.withLock { $0.rows["items"] ?? [:] }.isEmpty)
        nodes.checkBooks(job)
        let real = try await nodes.first.closedJob(Self.text)
        await nodes.run(real)
        #expect(nodes.cuts(real)?.openMost ?? 0 > 1)
    }

    @Test("options that need records go with uploads only, and a mapping is no longer than a header")
    func checksOptions() async throws {
        let fixture = try EngineFixture { $0.columnsMax = 3 }
        var mapped = JobOptions()
        mapped.mapping = [FieldMapping(source: "n", column: "name")]
        var lenient = JobOptions()
        lenient.isLenient = true
        for options in [Self.options, mapped, lenient] {
            await #expect(throws: Refusal.self) { try await fixture.create(.query, options: options) }
        }
        mapped.mapping = (1...4).map { FieldMapping(source: "n\($0)", column: "name") }
        await #expect(throws: Refusal.self) { try await fixture.create(options: mapped) }
    }
}
