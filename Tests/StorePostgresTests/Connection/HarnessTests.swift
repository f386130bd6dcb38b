import PostgresHarness
import Testing

@Suite("The tests' own server", .serialized)
struct HarnessTests {
    @Test("every database is its own, and rows come as they are")
    func databases() async throws {
        let cluster = try await PostgresCluster.shared()
        let first = try await cluster.createDatabase()
        let second = try await cluster.createDatabase()
        try await cluster.execute(
            "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, E'x\\ty\\nz'), (2, NULL)", at: first)
        #expect(
            try await cluster.rows("SELECT * FROM t ORDER BY a", at: first) == [
                ["1", "x\ty\nz"], ["2", ""],
            ])
        #expect(try await cluster.rows("SELECT to_regclass('t') IS NULL", at: second) == [["t"]])
        #expect(try await cluster.rows("SELECT 1 WHERE false", at: second) == [])
        await #expect(throws: HarnessFailure.self) { try await cluster.execute("SELECT nothing", at: first) }
    }

    @Test("a server that crashed comes back on its port with what was committed")
    func restart() async throws {
        let cluster = try await PostgresCluster.make()
        let url = try await cluster.createDatabase()
        try await cluster.execute("CREATE TABLE t AS SELECT 7 AS a", at: url)
        try await cluster.restart(immediate: true)
        #expect(try await cluster.rows("SELECT a FROM t", at: url) == [["7"]])
        try await cluster.stop()
        await #expect(throws: HarnessFailure.self) { try await cluster.execute("SELECT 1", at: url) }
        try await cluster.start()
        #expect(try await cluster.rows("SELECT a FROM t", at: url) == [["7"]])
    }
}
