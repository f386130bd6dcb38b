import Engine
import Testing

@testable import StorePostgres

@Suite("The statements of a connection", .serialized)
struct StatementCacheTests {
    @Test("are prepared when they come again")
    func second() {
        var cache = StatementCache()
        #expect(cache.plan(for: "a") == .once)
        #expect(cache.plan(for: "b") == .once)
        #expect(cache.plan(for: "a") == .prepare(name: "s1", dropping: nil))
        #expect(cache.plan(for: "a") == .ready(name: "s1"))
        #expect(cache.plan(for: "b") == .prepare(name: "s2", dropping: nil))
        #expect(cache.forget("a") == "s1")
        #expect(cache.forget("a") == nil)
        #expect(cache.plan(for: "a") == .once)
    }

    @Test("are bounded, and the one used least lately goes first")
    func bounded() {
        var cache = StatementCache()
        for number in 0..<StatementCache.preparedMax {
            _ = cache.plan(for: "\(number)")
            _ = cache.plan(for: "\(number)")
        }
        #expect(cache.plan(for: "0") == .ready(name: "s1"))
        _ = cache.plan(for: "new")
        #expect(cache.plan(for: "new") == .prepare(name: "s101", dropping: "s2"))
        #expect(cache.plan(for: "1") == .once)
        #expect(cache.plan(for: "0") == .ready(name: "s1"))
    }

    @Test("survive a change of their tables")
    func stale() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        try await database.pool.with { session in
            try session.run("CREATE TABLE t (a int)")
            let sql = "SELECT * FROM t"
            for _ in 0..<3 { try session.execute(sql) }
            try session.run("ALTER TABLE t ADD b int")
            #expect(try session.execute(sql).columnNames == ["a", "b"])
            for _ in 0..<3 { try session.execute(sql) }
            try session.run("ALTER TABLE t ADD c int")
            let failure = #expect(throws: ServerFailure.self) {
                try session.transaction { try session.execute(sql) }
            }
            #expect(failure?.storeError.code == .busy)
            #expect(try session.transaction { try session.execute(sql).columnNames } == ["a", "b", "c"])
            try session.run("DEALLOCATE ALL")
            #expect(try session.execute(sql).columnNames == ["a", "b", "c"])
        }
    }

    @Test("are dropped from the server too")
    func dropped() async throws {
        let database = try await TestDatabase(connectionsMax: 1)
        try await database.pool.with { session in
            for number in 0..<StatementCache.preparedMax + 20 {
                for _ in 0..<3 { try session.execute("SELECT \(number)") }
            }
            let count = try session.execute("SELECT count(*) FROM pg_prepared_statements").integer(0, 0)
            #expect(count == StatementCache.preparedMax)
        }
    }
}
