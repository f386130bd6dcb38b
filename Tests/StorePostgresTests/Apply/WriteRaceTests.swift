import BulkModel
import Engine
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("A chunk and another writer")
struct WriteRaceTests {
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v text)"

    /// The chunk waits for an open transaction that has written record 2, which then ends by `end`.
    @Test(
        "a key that another transaction has taken and not yet committed",
        arguments: [
            (.insert, "COMMIT", "created error created | 1:DUPLICATE_KEY(id)"),
            (.insert, "ROLLBACK", "created*3"),
            (.upsert, "COMMIT", "created updated created"), (.upsert, "ROLLBACK", "created*3"),
        ] as [(BulkModel.Operation, String, String)])
    func uncommitted(_ operation: BulkModel.Operation, _ end: String, _ expected: String) async throws {
        let bench = try await ApplyBench(Self.table)
        let other = try await OtherWriter(bench)
        try await other.execute("BEGIN; INSERT INTO t VALUES (2, 'other')")
        async let told = bench.told(operation, "t", ["id", "v"], [[1, "a"], [2, "b"], [3, "c"]])
        try await other.waitForWaiting()
        try await other.execute(end)
        #expect(try await told == expected)
        let second = operation == .insert && end == "COMMIT" ? "2,other" : "2,b"
        #expect(try await bench.rows("SELECT id, v FROM t ORDER BY id") == ["1,a", second, "3,c"])
    }

    @Test("a lock that is not had in time makes the chunk come again later, with nothing of it applied")
    func lockTimeout() async throws {
        var limits = PostgresFixture.limits
        limits.lockWaitMax = .seconds(1)
        let bench = try await ApplyBench(Self.table, limits: limits)
        let other = try await OtherWriter(bench)
        let job = try await bench.job(.insert, "t", ["id", "v"], read: 2)
        try await other.execute("BEGIN; INSERT INTO t VALUES (2, 'other')")
        await #expect { try await job.apply([[1, "a"], [2, "b"]]) } throws: { error in
            (error as? StoreError)?.code == .busy
        }
        try await other.execute("ROLLBACK")
        #expect(try await bench.rows("SELECT * FROM t").isEmpty)
        #expect(try await bench.rows("SELECT * FROM breakbulk.receipts").isEmpty)
        #expect(try await job.apply([[1, "a"], [2, "b"]]).outcomes == "created*2")
    }

    @Test("a deadlock is over for the chunk, which comes again later")
    func deadlock() async throws {
        let bench = try await ApplyBench(Self.table)
        let other = try await OtherWriter(bench)
        let job = try await bench.job(.insert, "t", ["id", "v"], read: 2)
        // The other one is patient: the server ends the chunk's transaction.
        try await other.execute("SET deadlock_timeout TO '1min'; BEGIN; INSERT INTO t VALUES (2, 'other')")
        async let code = Self.code { try await job.apply([[1, "a"], [2, "b"]]) }
        try await other.waitForWaiting()
        try await other.execute("INSERT INTO t VALUES (1, 'other')")
        try await other.execute("COMMIT")
        #expect(await code == .busy)
        #expect(try await bench.rows("SELECT id, v FROM t ORDER BY id") == ["1,other", "2,other"])
    }

    private static func code(_ call: () async throws -> AppliedChunk) async -> StoreError.Code? {
        do {
            _ = try await call()
            return nil
        } catch { return (error as? StoreError)?.code }
    }
}
