/// Servers over one database and one folder.
final class NodeGroup {
    let bench: TestBench
    private var nodes: [ServerProcess] = []

    init(_ bench: TestBench, count: Int) async throws {
        self.bench = bench
        for _ in 0..<count { nodes.append(try await bench.start()) }
    }

    func client() -> BulkClient { bench.client(nodes[0]) }

    /// `kill -9` of one of them; another takes its place.
    func killOne(using moments: inout Moments) async throws {
        let victim = Int.random(in: nodes.indices, using: &moments)
        nodes[victim].kill()
        nodes[victim] = try await bench.start()
    }

    /// Ends all connections of theirs to the database.
    func cutConnections() async throws {
        _ = try await bench.rows(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}
