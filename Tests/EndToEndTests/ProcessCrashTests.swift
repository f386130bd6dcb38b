import Foundation
import PostgresHarness
import Testing

@Suite("Bulk-process through crashes", .serialized, .timeLimit(.minutes(20)))
struct ProcessCrashTests {
    static let records = 20_000
    static let killsWanted = 30
    static let restartsWanted = 30
    /// Restarts of the database under one operation, which is smaller then: each costs a recovery.
    static let restartsAtOnce = 6
    static let restartedRecords = 8000

    private func bench(_ orders: OrderBench, records: Int = records) async throws -> OrderBench {
        try await orders.insert(0..<records)
        try await orders.execute(
            "UPDATE orders SET locked_until = '2099-12-31T23:59:59Z' WHERE id LIKE 'order-%50'")
        return orders
    }

    @Test(
        "kill -9 at thirty random moments, each resumed, tells every record once",
        arguments: DatabaseKind.allCases)
    func killedServer(on kind: DatabaseKind) async throws {
        var kills = 0
        var rounds = 0
        while kills < Self.killsWanted {
            rounds += 1
            try #require(rounds <= 2 * Self.killsWanted, "the operation ends before it can be cut")
            let orders = try await bench(try await OrderBench(on: kind))
            var server = try await orders.start()
            var follower = StreamFollower()
            var turns = 0
            while follower.summary == nil, !follower.isLost {
                turns += 1
                try #require(turns <= StreamFollower.triesMax, "the operation does not come to its end")
                let victim = server
                let isWanted = kills < Self.killsWanted
                async let killing: Void = Self.kill(victim, soon: isWanted)
                let answer = try await follower.nextUnlessCut(orders.client(server))
                await killing
                // A server that is killed before it answers breaks the request itself, which is a cut as well.
                if isWanted, answer?.summary == nil, !follower.isLost { kills += 1 }
                if !victim.process.isRunning { server = try await orders.start() }
            }
            guard !follower.isLost else { continue }
            try await follower.expectAgreement(orders, records: Self.records)
        }
    }

    private static func kill(_ server: ServerProcess, soon: Bool) async {
        guard soon else { return }
        // A random moment is the very thing under test here; no signal could stand for it.
        try? await Task.sleep(for: .milliseconds(Int.random(in: 10...300)))
        server.kill()
    }

    @Test("thirty immediate restarts of the PostgreSQL server lose and repeat nothing")
    func restartedDatabase() async throws {
        let cluster = try await PostgresCluster.make()
        var restarts = 0
        var rounds = 0
        while restarts < Self.restartsWanted {
            rounds += 1
            try #require(
                rounds <= Self.restartsWanted, "the operation ends before the database can be restarted")
            let orders = try await bench(
                try await OrderBench(cluster: cluster), records: Self.restartedRecords)
            let server = try await orders.start()
            let client = orders.client(server)
            var follower = StreamFollower()
            restarts += try await Self.follow(
                &follower, client, restarting: cluster,
                atMost: min(Self.restartsAtOnce, Self.restartsWanted - restarts))
            guard !follower.isLost else { continue }
            try await follower.expectAgreement(orders, records: Self.restartedRecords)
        }
    }

    /// Follows an operation to its end while the database is restarted again and again; gives how often it was.
    private static func follow(
        _ follower: inout StreamFollower, _ client: BulkClient, restarting cluster: PostgresCluster,
        atMost count: Int
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await restart(cluster, atMost: count) }
            try await follower.finish(client) { answer in
                // Short absences are ridden out; what is cut must say so.
                if answer.summary == nil { expectHonestEnd(answer) }
            }
            group.cancelAll()
            return try await group.next() ?? 0
        }
    }

    /// Until it is cancelled.
    private static func restart(_ cluster: PostgresCluster, atMost count: Int) async throws -> Int {
        for done in 0..<count {
            do {
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...150)))
            } catch {
                return done
            }
            try await cluster.restart(immediate: true)
        }
        return count
    }

    @Test("a PostgreSQL server that stays away ends the stream honestly; once it is back, the rest is done")
    func awayDatabase() async throws {
        let cluster = try await PostgresCluster.make()
        let orders = try await bench(try await OrderBench(cluster: cluster))
        let server = try await orders.start()
        let client = orders.client(server)
        // The stream comes up to this record and no further.
        let locker = try PsqlSession(address: orders.bench.address)
        let middle = OrderBench.id(Self.records / 2)
        try await locker.say(
            "BEGIN; UPDATE orders SET total_amount = total_amount WHERE id = '\(middle)';", until: "UPDATE 1")
        var follower = StreamFollower()
        async let stopping: Void = Self.stop(cluster, onceUnderWay: orders)
        let cut = try await follower.next(client)
        try await stopping
        withExtendedLifetime(locker) {}
        #expect(cut.summary == nil)
        #expect(!cut.outcomes.isEmpty && cut.outcomes.count <= Self.records / 2)
        Self.expectHonestEnd(cut)
        try await cluster.start()
        try await follower.finish(client)
        try await follower.expectAgreement(orders, records: Self.records)
    }

    private static func stop(_ cluster: PostgresCluster, onceUnderWay orders: OrderBench) async throws {
        try await Patience.until("the first chunk's commit") {
            try await orders.rows("SELECT count(*) > 0 FROM orders WHERE status = 'PROCESSING'") == ["t"]
        }
        try await cluster.stop(immediate: true)
    }

    /// What begins and cannot go on ends in an error line with reason and cursor, then a broken body.
    private static func expectHonestEnd(_ answer: OutcomeStreamAnswer) {
        #expect(!answer.isWhole)
        let last = answer.lines.last
        #expect(last?.type == "error" && last?.recordId == nil, "\(String(describing: last))")
        #expect(last?.error?.isEmpty == false)
        #expect(last?.cursor?.isEmpty == false)
        #expect(last?.message?.isEmpty == false)
    }
}
