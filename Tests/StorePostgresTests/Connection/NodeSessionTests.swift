import BulkModel
import Engine
import PostgresHarness
import Testing

@testable import StorePostgres

@Suite("The node's own connection", .timeLimit(.minutes(3)))
struct NodeSessionTests {
    /// What a node heard, one after another.
    struct Signals: Sendable {
        let stream: AsyncStream<JobSignals.Topic>

        func next() async -> JobSignals.Topic? {
            for await signal in stream { return signal }
            return nil
        }
    }

    static let name = NodeLockName.upload(JobID("bulk-job-1"))

    @Test("a lock is had by one node, and by one task of it")
    func exclusive() async throws {
        let database = try await TestDatabase()
        let (first, second) = (database.node(), database.node())
        let lock = try #require(try await first.lock(Self.name))
        #expect(lock.isHeld)
        #expect(try await first.lock(Self.name) == nil)
        #expect(try await second.lock(Self.name) == nil)
        let other = try #require(try await second.lock(.query(JobID("bulk-job-1"))))
        await lock.release()
        #expect(!lock.isHeld)
        await lock.release()
        let again = try #require(try await second.lock(Self.name))
        #expect(again.isHeld && other.isHeld)
        #expect(try await first.lock(Self.name) == nil)
    }

    @Test("a lock that nobody refers to any more is free")
    func forgotten() async throws {
        let database = try await TestDatabase()
        let (first, second) = (database.node(), database.node())
        func takeAndForget() async throws { #expect(try await first.lock(Self.name) != nil) }
        try await takeAndForget()
        // Calls of one node are served in order.
        let other = try await first.lock(.query(JobID("x")))
        #expect(other != nil)
        #expect(try await second.lock(Self.name) != nil)
    }

    @Test("locks go with the connection, the holder sees it, and another node may have them")
    func lost() async throws {
        let database = try await TestDatabase()
        let (first, second) = (database.node(), database.node())
        try await Self.listening(to: first) { signals in
            let lock = try #require(try await first.lock(Self.name))
            try await database.cluster.execute(Self.killListeners, at: database.url)
            // Told once it is connected anew.
            #expect(await signals.next() == .work)
            #expect(!lock.isHeld)
            let taken = try #require(try await second.lock(Self.name))
            await lock.release()
            #expect(try await first.lock(Self.name) == nil)
            #expect(taken.isHeld)
        }
    }

    @Test("signals of other nodes arrive in order, and unknown ones are left alone")
    func signals() async throws {
        let database = try await TestDatabase()
        let node = database.node()
        try await Self.listening(to: node) { signals in
            let lock = try await node.lock(Self.name)
            let job = JobID("bulk-job-7")
            try await database.pool.with { session in
                for payload in ["ended bulk-job-7", "what is this", "ended", "", "work", "ended bulk-job-7"] {
                    try session.execute(
                        "SELECT pg_notify($1, $2)", [.text(NodeSession.channel), .text(payload)])
                }
            }
            #expect(await signals.next() == .ended(job))
            #expect(await signals.next() == .work)
            #expect(await signals.next() == .ended(job))
            #expect(lock?.isHeld == true)
        }
    }

    @Test("signals that come while a lock is asked for are delivered too")
    func signalsBesideLocks() async throws {
        let database = try await TestDatabase()
        let node = database.node()
        try await Self.listening(to: node) { signals in
            for number in 0..<50 {
                let payload = JobSignals.Topic.ended(JobID("\(number)")).payload
                async let sent: Void = database.pool.with { session in
                    try session.execute(
                        "SELECT pg_notify($1, $2)", [.text(NodeSession.channel), .text(payload)])
                }
                let lock = try await node.lock(.query(JobID("\(number)")))
                await lock?.release()
                try await sent
                #expect(await signals.next() == .ended(JobID("\(number)")))
            }
        }
    }

    @Test("it comes back after a restart of the server, and says that there may be work")
    func restart() async throws {
        let cluster = try await PostgresCluster.make()
        let database = try await TestDatabase(on: cluster)
        let node = database.node()
        try await Self.listening(to: node) { signals in
            let lock = try #require(try await node.lock(Self.name))
            try await cluster.stop(immediate: true)
            let code = await ConnectionPoolTests.code { () throws(StoreError) in
                // Either it sees the loss by this call, or it knows it.
                for _ in 0..<2 { _ = try await node.lock(.query(JobID("x"))) }
            }
            #expect(code == .busy)
            #expect(!lock.isHeld)
            try await cluster.start()
            #expect(await signals.next() == .work)
            #expect(try await node.lock(Self.name) != nil)
        }
    }

    @Test("a closed one holds nothing")
    func closed() async throws {
        let database = try await TestDatabase()
        let node = database.node()
        let lock = try #require(try await node.lock(Self.name))
        node.close()
        let code = await ConnectionPoolTests.code { () throws(StoreError) in
            _ = try await node.lock(Self.name)
        }
        #expect(code == .busy)
        #expect(!lock.isHeld)
        let other = database.node()
        // The server hears of the end a moment later.
        while try await other.lock(Self.name) == nil { await Task.yield() }
    }

    @Test("the number of a lock is the same for ever")
    func keys() {
        // FNV-1a of 64 bits of "upload a" and "query a", worked out by other means.
        #expect(NodeLockName.upload(JobID("a")).key == 8_498_650_623_244_290_863)
        #expect(NodeLockName.query(JobID("a")).key == -4_045_235_416_583_460_856)
    }

    @Test("waits double up to a bound, less a random part")
    func delays() {
        var delay = ReconnectDelay()
        let waits = (0..<9).map { _ in delay.fail(random: 0) }
        let table = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        #expect(waits == table.map { Duration.milliseconds($0) })
        #expect(delay.fail(random: 0.5) == .milliseconds(7500))
        delay.succeed()
        #expect(delay.fail(random: 0) == .milliseconds(100))
    }

    static let killListeners = """
        SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%advisory%' AND pid <> pg_backend_pid();
        """

    /// Runs the body while the node listens; the first `work`, of the connection being made, is taken off.
    static func listening(
        to node: NodeSession, _ body: (Signals) async throws -> Void
    ) async throws {
        let (stream, source) = AsyncStream.makeStream(of: JobSignals.Topic.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await node.listen { source.yield($0) } }
            let signals = Signals(stream: stream)
            #expect(await signals.next() == .work)
            try await body(signals)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
