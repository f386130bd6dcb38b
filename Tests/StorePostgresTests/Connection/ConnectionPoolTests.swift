import Engine
import PostgresHarness
import Synchronization
import Testing

@testable import StorePostgres

@Suite("The connection pool", .serialized)
struct ConnectionPoolTests {
    /// Callers by number, in the order in which they got a connection.
    final class Served: Sendable {
        let numbers = Mutex<[Int]>([])
    }

    static func backend(_ session: Session) throws -> Int {
        try session.execute("SELECT pg_backend_pid()").integer(0, 0) ?? 0
    }

    @Test("never has more connections than it may, and serves all")
    func bounded() async throws {
        let database = try await TestDatabase(connectionsMax: 3)
        let backends = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await database.pool.with(Self.backend) } }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect((1...3).contains(backends.count))
    }

    @Test("gives a free connection to who waits longest")
    func fair() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let served = Served()
        let held = try await database.pool.take()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    let connection = try await database.pool.take()
                    served.numbers.withLock { $0.append(number) }
                    connection.giveBack()
                }
                while database.pool.waitingCount <= number { await Task.yield() }
            }
            held.giveBack()
            try await group.waitForAll()
        }
        #expect(served.numbers.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test("lets go of a caller whose task is cancelled while it waits")
    func cancelledWait() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let held = try await database.pool.take()
        await withTaskGroup(of: StoreError.Code?.self) { group in
            group.addTask {
                await Self.code { () throws(StoreError) in _ = try await database.pool.take() }
            }
            while database.pool.waitingCount == 0 { await Task.yield() }
            group.cancelAll()
            #expect(await group.next() == .busy)
        }
        held.giveBack()
        try await database.pool.with { try $0.run("SELECT 1") }
    }

    @Test("a killed connection fails its caller once, and the next one works")
    func killedAtWork() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let error = await #expect(throws: StoreError.self) {
            try await database.pool.with { try $0.run("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(error?.code == .busy)
        #expect(try await database.pool.with(Self.backend) > 0)
    }

    @Test("a connection that was killed while nobody used it is replaced unseen")
    func killedIdle() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let first = try await database.pool.with(Self.backend)
        try await Self.terminate(first, database)
        #expect(try await database.pool.with(Self.backend) != first)
    }

    @Test("a lease's connection is not replaced under it")
    func killedLease() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let connection = try await database.pool.take()
        let backend = try await connection.perform { session in
            try session.run("BEGIN")
            return try Self.backend(session)
        }
        try await Self.terminate(backend, database)
        for _ in 0..<2 {
            let error = await #expect(throws: StoreError.self) { try await connection.perform(Self.backend) }
            #expect(error?.code == .busy)
        }
        connection.giveBack()
        #expect(try await database.pool.with(Self.backend) != backend)
    }

    @Test("a transaction left open is rolled back when the connection comes back")
    func leftOpen() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        try await database.pool.with { try $0.run("CREATE TABLE t (a int)") }
        try await database.pool.with { session in
            try session.run("BEGIN; INSERT INTO t VALUES (1)")
        }
        let rest = try await database.pool.with { session in
            #expect(!session.isInTransaction)
            return try session.execute("SELECT count(*) FROM t").integer(0, 0)
        }
        #expect(rest == 0)
    }

    @Test("a commit of a transaction that failed is a failure")
    func failedCommit() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        try await database.pool.with { session in
            try session.run("BEGIN")
            #expect(throws: ServerFailure.self) { try session.run("SELECT 1/0") }
            let failure = #expect(throws: ServerFailure.self) { try session.run("COMMIT") }
            #expect(failure?.state == "25P02")
        }
    }

    @Test("what runs is stopped by a cancel, and the next caller is not")
    func cancel() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let connection = try await database.pool.take()
        try await connection.perform { try $0.run("SELECT 1") }
        let other = database.pool()
        let backend = try await connection.perform(Self.backend)
        async let code = Self.code { () throws(StoreError) in
            try await connection.perform { try $0.run("SELECT pg_sleep(600)") }
        }
        let isAsleep = "SELECT state = 'active' FROM pg_stat_activity WHERE pid = \(backend)"
        while try await !other.with({ try $0.execute(isAsleep).flag(0, 0) }) { await Task.yield() }
        connection.cancel()
        #expect(await code == .busy)
        connection.giveBack()
        for _ in 0..<20 { try await database.pool.with { try $0.run("SELECT 1") } }
    }

    @Test("after a crash of the server callers are told to try again, and then it works")
    func serverRestart() async throws {
        let cluster = try await PostgresCluster.make()
        let database = try await TestDatabase(connectionsMax: 2, on: cluster)
        let connection = try await database.pool.take()
        try await database.pool.with { try $0.run("CREATE TABLE t (a int)") }
        try await connection.perform { try $0.run("BEGIN; INSERT INTO t VALUES (1)") }
        try await cluster.stop(immediate: true)
        for _ in 0..<2 {
            let error = await #expect(throws: StoreError.self) { try await database.pool.with(Self.backend) }
            #expect(error?.code == .busy)
        }
        try await cluster.start()
        let error = await #expect(throws: StoreError.self) {
            try await connection.perform { try $0.run("COMMIT") }
        }
        #expect(error?.code == .busy)
        connection.giveBack()
        let count = try await database.pool.with { try $0.execute("SELECT count(*) FROM t").integer(0, 0) }
        #expect(count == 0)
    }

    @Test("a closed pool gives no connection")
    func closed() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        let connection = try await database.pool.take()
        let backend = try await connection.perform(Self.backend)
        database.pool.close()
        connection.giveBack()
        await #expect(throws: StoreError.self) { try await database.pool.take() }
        let count = "SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)"
        while try await database.cluster.rows(count, at: database.url) != [["0"]] {}
    }

    /// What the call failed with; nil when it did not.
    static func code(_ call: () async throws(StoreError) -> Void) async -> StoreError.Code? {
        do throws(StoreError) {
            try await call()
            return nil
        } catch {
            return error.code
        }
    }

    /// Ends a backend and returns once it is gone.
    static func terminate(_ backend: Int, _ database: TestDatabase) async throws {
        // Waits up to a minute for the end.
        let sql = "SELECT pg_terminate_backend(\(backend), 60000)"
        #expect(try await database.cluster.rows(sql, at: database.url) == [["t"]])
    }
}
