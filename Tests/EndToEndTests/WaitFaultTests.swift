import Foundation
import PostgresHarness
import Testing

@Suite("Jobs whose writes meet locks and timeouts", .serialized, .timeLimit(.minutes(5)))
struct WaitFaultTests {
    /// A table that is not the job's, and yet touched by what it writes.
    enum OtherTable: CaseIterable {
        /// Of a foreign key: the parent's, or for a delete the child's.
        case referred
        /// A trigger writes into it.
        case triggered
    }

    @Test(
        "a lock on another table that the writes touch, held past the lock timeout, is waited for",
        arguments: OtherTable.allCases)
    func lockedElsewhere(other: OtherTable) async throws {
        // All operations at once, each in a database of its own: each waits for as long as the timeout.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for operation in WriteOperation.allCases {
                group.addTask { try await Self.wait(operation, for: other) }
            }
            try await group.waitForAll()
        }
    }

    private static func wait(_ operation: WriteOperation, for other: OtherTable) async throws {
        let isTrailed = other == .triggered
        let bench = try await TestBench(
            on: .postgres, schema: KnownJob.schema + (isTrailed ? KnownJob.trail : ""))
        let node = try await bench.start()
        let client = bench.client(node)
        let known = KnownJob(operation: operation, records: 500, isTrailed: isTrailed)
        try await known.fill(bench)
        let job = try await known.upload(client)
        let table = isTrailed ? "trail" : operation == .delete ? "uses" : "kinds"
        let locker = try PsqlSession(address: bench.address)
        try await locker.say("BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE;", until: "LOCK TABLE")
        _ = try await client.close(job)
        let reason = try await client.wait(of: job)
        #expect(reason?["code"] as? String == "SERVICE_UNAVAILABLE", "\(operation)")
        try await locker.say("COMMIT;", until: "COMMIT")
        try await known.expectEnd(job, bench, client)
    }

    @Test(
        "timeouts that the role has by default neither end a wait for a lock nor a job",
        arguments: WriteOperation.allCases)
    func timeoutsOfRole(operation: WriteOperation) async throws {
        let bench = try await TestBench(on: .postgres, schema: KnownJob.schema)
        let known = KnownJob(operation: operation, records: 5000)
        try await known.fill(bench)
        for setting in [
            "statement_timeout = 20", "lock_timeout = 1", "idle_in_transaction_session_timeout = 1",
        ] {
            _ = try await bench.rows(
                """
                DO $$ BEGIN
                    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET \(setting)', current_user, current_database());
                END $$
                """)
        }
        let node = try await bench.start()
        let client = bench.client(node)
        let job = try await known.upload(client)
        let locker = try PsqlSession(address: bench.address)
        try await locker.say(
            """
            SET lock_timeout TO 0; SET idle_in_transaction_session_timeout TO 0;
            BEGIN; LOCK TABLE items IN SHARE MODE;
            """, until: "LOCK TABLE")
        _ = try await client.close(job)
        try await Patience.until("a write waits for longer than the role's timeouts") {
            try await bench.rows(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                    AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '200 ms'
                """) != ["0"]
        }
        try await locker.say("COMMIT;", until: "COMMIT")
        try await known.expectEnd(job, bench, client)
    }
}
