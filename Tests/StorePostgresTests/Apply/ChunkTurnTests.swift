import BulkModel
import Engine
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Chunks of a keyed job in file order")
struct ChunkTurnTests {
    /// Two leased chunks of one record each, both of key 1.
    private struct Leased: Sendable {
        let bench: ApplyBench
        let store: any SharedStore
        let job: Bench
        let first: any ChunkLease
        let second: any ChunkLease

        init(
            _ statements: String..., limits: Limits = PostgresFixture.limits,
            _ operation: BulkModel.Operation = .upsert
        ) async throws {
            bench = try await ApplyBench("CREATE TABLE t (id int PRIMARY KEY, v text)", limits: limits)
            for statement in statements { try await bench.execute(statement) }
            store = try SharedBench.store(bench.fixture)
            job = try await bench.job(operation, "t", ["id", "v"], read: 2)
            for record in 1...2 {
                #expect(try await store.cut(record..<record + 1, of: job.job, openMax: 2))
            }
            first = try #require(try await store.lease(job.job))
            second = try #require(try await store.lease(job.job))
        }

        func apply(_ lease: any ChunkLease) async throws(StoreError) -> AppliedChunk {
            let record = lease.records.lowerBound
            return try await lease.apply(
                job.chunk([[1, .text("v\(record)")]], first: record, isLast: record == 2))
        }

        /// How the second chunk ends that waits while `meanwhile` happens.
        func second(while meanwhile: () async throws -> Void) async throws -> Result<AppliedChunk, StoreError>
        {
            let other = try await OtherWriter(bench)
            async let ending = outcome(of: second)
            try await other.waitForWaiting()
            try await meanwhile()
            return await ending
        }

        func outcome(of lease: any ChunkLease) async -> Result<AppliedChunk, StoreError> {
            do {
                return .success(try await apply(lease))
            } catch {
                return .failure(error)
            }
        }

        func rows() async throws -> [String] { try await bench.rows("SELECT id, v FROM t ORDER BY id") }
    }

    @Test(
        "a record waits for the record of the same key in the chunk before, be it staged first",
        arguments: ["read committed", "repeatable read"])
    func order(_ isolation: String) async throws {
        let leased = try await Leased(
            """
            DO $$ BEGIN EXECUTE format(
                'ALTER DATABASE %I SET default_transaction_isolation TO ''\(isolation)''', current_database());
            END $$
            """)
        var before: AppliedChunk?
        let after = try await leased.second { before = try await leased.apply(leased.first) }
        #expect(before?.outcomes == "created")
        #expect(try after.get().outcomes == "updated")
        #expect(try after.get().job.state == .jobComplete)
        #expect(try await leased.rows() == ["1,v2"])
        #expect(leased.second.waited > .zero)
    }

    @Test("a chunk is not applied when the one before it was given up, and both come again in their order")
    func lost() async throws {
        let leased = try await Leased()
        let ending = try await leased.second { await leased.first.release() }
        #expect(throws: StoreError.self) { try ending.get() }
        if case .failure(let error) = ending { #expect(error.code == .jobMoved) }
        #expect(try await leased.rows().isEmpty)
        for (record, outcome) in [(1, "created"), (2, "updated")] {
            let lease = try #require(try await leased.store.lease(leased.job.job))
            #expect(lease.records == record..<record + 1)
            #expect(try await leased.apply(lease).outcomes == outcome)
        }
        #expect(try await leased.rows() == ["1,v2"])
    }

    @Test("a chunk does not wait for ever, and the one before it goes on")
    func tooLong() async throws {
        var limits = PostgresFixture.limits
        limits.lockWaitMax = .milliseconds(100)
        let leased = try await Leased(limits: limits)
        guard case .failure(let error) = await leased.outcome(of: leased.second) else {
            Issue.record("the second chunk was applied before the first")
            return
        }
        #expect(error.code == .jobMoved)
        #expect(try await leased.apply(leased.first).outcomes == "created")
        let again = try #require(try await leased.store.lease(leased.job.job))
        #expect(try await leased.apply(again).outcomes == "updated")
    }

    @Test("a job that is aborted while a chunk waits is changed by neither")
    func aborted() async throws {
        let leased = try await Leased()
        let ending = try await leased.second {
            _ = try await leased.store.change(leased.job.job) { job in
                job.state = .aborted
                return nil
            }
            guard case .failure(let error) = await leased.outcome(of: leased.first) else {
                Issue.record("the first chunk was applied")
                return
            }
            #expect(error.code == .jobMoved)
        }
        #expect(throws: StoreError.self) { try ending.get() }
        if case .failure(let error) = ending { #expect(error.code == .jobMoved) }
        #expect(try await leased.rows().isEmpty)
        #expect(try await leased.bench.rows("SELECT * FROM breakbulk.receipts").isEmpty)
    }
}
