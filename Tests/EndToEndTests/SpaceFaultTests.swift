import Foundation
import PostgresHarness
import Testing

@Suite(
    "A tablespace without room", .serialized, .timeLimit(.minutes(5)),
    .enabled(if: SmallTablespace.refusal == nil, "no small file system: \(SmallTablespace.refusal ?? "")"))
struct SpaceFaultTests {
    /// What is in the tablespace that fills up.
    struct Case: Sendable, CustomTestStringConvertible {
        var operation: WriteOperation
        var isTrailed = false
        /// SQL, before the name of the tablespace.
        var move: String

        var testDescription: String { "\(operation.rawValue), \(move)" }
    }

    static let cases = [
        Case(operation: .insert, move: "ALTER TABLE items SET TABLESPACE"),
        Case(operation: .update, move: "ALTER TABLE items SET TABLESPACE"),
        Case(operation: .upsert, move: "ALTER INDEX items_name_key SET TABLESPACE"),
        // Nothing but the trigger's table grows.
        Case(operation: .delete, isTrailed: true, move: "ALTER TABLE trail SET TABLESPACE"),
        // Where a node puts records on their way.
        Case(operation: .update, move: "ALTER ROLE postgres IN DATABASE current SET temp_tablespaces TO"),
    ]

    @Test("makes the job wait and say so; with room again it goes on and loses nothing", arguments: cases)
    func fullTablespace(full: Case) async throws {
        let bench = try await TestBench(
            on: .postgres, schema: KnownJob.schema + (full.isTrailed ? KnownJob.trail : ""))
        let database = try #require(bench.address.split(separator: "/").last)
        let space = try await PostgresCluster.shared().makeTablespace(
            "small_\(database)", bytesMax: 32 << 20)
        let move = full.move.replacing("DATABASE current", with: "DATABASE \(database)")
        _ = try await bench.rows("\(move) \(space.name)")
        let known = KnownJob(operation: full.operation, records: 20_000, isTrailed: full.isTrailed)
        try await known.fill(bench)
        let node = try await bench.start()
        let client = bench.client(node)
        let job = try await known.upload(client)
        try await space.fill(leaving: 64 << 10)
        _ = try await client.close(job)
        let reason = try await client.wait(of: job)
        #expect(reason?["code"] as? String == "SERVICE_UNAVAILABLE")
        #expect((reason?["message"] as? String)?.contains("no room") == true, "\(reason ?? [:])")
        try await space.makeRoom()
        try await known.expectEnd(job, bench, client)
    }
}
