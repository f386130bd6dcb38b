import BulkModel
import Engine
import Planning
import Synchronization
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Work on single records and other writers", .serialized)
struct RecordRaceTests {
    private static let orders = """
        CREATE TABLE orders (id int PRIMARY KEY, weight int);
        INSERT INTO orders SELECT n, 0 FROM generate_series(1, 4) AS n
        """

    /// How often a body began.
    private final class Tries: Sendable {
        private let count = Atomic(0)

        var number: Int { count.load(ordering: .relaxed) }

        func begin() { count.add(1, ordering: .relaxed) }
    }

    @Test("when another writer was ahead the whole body runs again, on what is there now")
    func again() async throws {
        let bench = try await RecordBench(Self.orders)
        let other = try await OtherWriter(bench.bench)
        try await other.execute("BEGIN; UPDATE orders SET weight = 7 WHERE id = 2")
        let tries = Tries()
        let (first, second) = (try bench.write(.update, ["id", "weight"], [[1, 1]]), try Self.set(2, bench))
        let target = bench.target
        async let seen = bench.store.transact { session throws(StoreError) in
            tries.begin()
            let before = try session.rows([.integer(2)], of: target)
            _ = try session.write(first.batch, by: first.plan)
            _ = try session.write(second.batch, by: second.plan)
            return .commit(before)
        }
        try await other.waitForWaiting()
        try await other.execute("COMMIT")
        #expect(try await seen.told == [["2", "7"]])
        #expect(tries.number == 2)
        #expect(try await bench.bench.rows("SELECT weight FROM orders ORDER BY id") == ["1", "9", "0", "0"])
    }

    @Test("a body that goes on behind a conflict does not commit what it made of it")
    func swallowed() async throws {
        let bench = try await RecordBench(Self.orders)
        let other = try await OtherWriter(bench.bench)
        try await other.execute("BEGIN; UPDATE orders SET weight = 7 WHERE id = 2")
        let tries = Tries()
        let (first, second) = (try bench.write(.update, ["id", "weight"], [[1, 1]]), try Self.set(2, bench))
        async let done = bench.store.transact { session throws(StoreError) in
            tries.begin()
            let mark = try session.mark()
            do throws(StoreError) {
                return .commit(try session.write(second.batch, by: second.plan).actions)
            } catch {
                try session.undo(to: mark)
                return .commit(try session.write(first.batch, by: first.plan).actions)
            }
        }
        try await other.waitForWaiting()
        try await other.execute("COMMIT")
        #expect(try await done == [.updated])
        #expect(tries.number == 2)
        #expect(try await bench.bench.rows("SELECT weight FROM orders ORDER BY id") == ["0", "9", "0", "0"])
    }

    @Test("bodies that wait for each other all come to their end")
    func deadlock() async throws {
        let bench = try await RecordBench(Self.orders)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                let ids = number % 2 == 0 ? [1, 2] : [2, 1]
                let writes = try ids.map { try Self.set($0, to: 10 + number, bench) }
                group.addTask { try await Self.write(writes, bench) }
            }
            try await group.waitForAll()
        }
        let weights = try await bench.bench.rows("SELECT weight FROM orders WHERE id < 3")
        #expect(weights[0] == weights[1])
        #expect(weights[0] != "0")
    }

    @Test("a record that another writer holds makes the work busy, and nothing of it stays")
    func locked() async throws {
        var limits = PostgresFixture.limits
        limits.lockWaitMax = .milliseconds(200)
        let bench = try await RecordBench(Self.orders, limits: limits)
        let other = try await OtherWriter(bench.bench)
        try await other.execute("BEGIN; UPDATE orders SET weight = 7 WHERE id = 2")
        let writes = [try Self.set(1, bench), try Self.set(2, bench)]
        await #expect { try await Self.write(writes, bench) } throws: {
            ($0 as? StoreError)?.code == .busy
        }
        try await other.execute("ROLLBACK")
        #expect(try await bench.bench.rows("SELECT DISTINCT weight FROM orders") == ["0"])
        try await Self.write(writes, bench)
        #expect(try await bench.bench.rows("SELECT weight FROM orders ORDER BY id") == ["9", "9", "0", "0"])
    }

    private typealias Write = (batch: BoundBatch, plan: Plan)

    private static func set(_ id: Int, to weight: Int = 9, _ bench: RecordBench) throws -> Write {
        try bench.write(
            .update, ["id", "weight"], [[.integer(Int64(id)), .integer(Int64(weight))]])
    }

    /// In a transaction of its own, tried until it is through where other bodies are in its way all the time.
    private static func write(_ writes: [Write], _ bench: RecordBench) async throws(StoreError) {
        try await bench.store.transact { session throws(StoreError) in
            for write in writes { _ = try session.write(write.batch, by: write.plan) }
            return .commit(())
        }
    }
}
