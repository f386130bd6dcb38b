import Foundation
import PostgresHarness
import Testing

@Suite("Bulk-process through crashes", .serialized, .timeLimit(.minutes(20)))
struct ProcessCrashTests {
    static let records = 20_000
    static let killsWanted = 30
    static let restartsWanted = 10

    private func bench(_ orders: OrderBench) async throws -> OrderBench {
        try await orders.insert(0..<Self.records)
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
            while follower.summary == nil, !follower.isLost {
                let victim = server
                let isWanted = kills < Self.killsWanted
                async let killing: Void = Self.kill(victim, soon: isWanted)
                let answer = try? await follower.next(orders.client(server))
                await killing
                // A server that is killed before it answers breaks the request itself, which is a cut as well.
                if answer?.summary == nil, !follower.isLost { kills += 1 }
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

    @Test("ten immediate restarts of the PostgreSQL server, each resumed, lose and repeat nothing")
    func restartedDatabase() async throws {
        let cluster = try await PostgresCluster.make()
        var restarts = 0
        while restarts < Self.restartsWanted {
            let orders = try await bench(try await OrderBench(cluster: cluster))
            let server = try await orders.start()
            let client = orders.client(server)
            var follower = StreamFollower()
            while follower.summary == nil, !follower.isLost {
                let isWanted = restarts < Self.restartsWanted
                async let restart: Void = Self.restart(cluster, wanted: isWanted)
                let answer = try? await follower.next(client)
                try await restart
                if isWanted { restarts += 1 }
                // Short ones are ridden out; what is cut must say so.
                if let answer, answer.summary == nil { expectHonestEnd(answer) }
            }
            guard !follower.isLost else { continue }
            try await follower.expectAgreement(orders, records: Self.records)
        }
    }

    private static func restart(_ cluster: PostgresCluster, wanted: Bool) async throws {
        guard wanted else { return }
        try await Task.sleep(for: .milliseconds(Int.random(in: 10...300)))
        try await cluster.restart(immediate: true)
    }

    /// What begins and cannot go on ends in an error line with reason and cursor, then a broken body.
    private func expectHonestEnd(_ answer: OutcomeStreamAnswer) {
        #expect(!answer.isWhole)
        let last = answer.lines.last
        #expect(last?.type == "error" && last?.recordId == nil, "\(String(describing: last))")
        #expect(last?.cursor?.isEmpty == false)
        #expect(last?.message?.isEmpty == false)
    }
}
