import Foundation
import Testing

@Suite("A server that is killed", .serialized, .timeLimit(.minutes(10)))
struct CrashTests {
    static let records = 60_000
    static let killsWanted = 50

    @Test("kill -9 at fifty random moments leaves one outcome per record and a table that agrees")
    func killedFiftyTimes() async throws {
        var random = SystemRandomNumberGenerator()
        var kills = 0
        var round = 0
        while kills < Self.killsWanted {
            round += 1
            let bench = try await TestBench()
            let csv = TestBench.csv(records: Self.records, badEvery: 97)
            kills += try await killedLoad(of: csv, bench, &random)
            try #require(round <= Self.killsWanted, "the load ends before it can be killed")
        }
    }

    /// Loads with a kill after each short while until the job has ended; gives the number of kills.
    private func killedLoad(
        of csv: String, _ bench: TestBench, _ random: inout SystemRandomNumberGenerator
    ) async throws -> Int {
        var kills = 0
        var server = try await bench.start()
        let client = bench.client(server)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(csv.utf8), to: job)
        _ = try await client.close(job)
        while true {
            // A random moment is the very thing under test here; no signal could stand for it.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...250, using: &random)))
            let state = try await bench.client(server).send("GET", "/bulk/jobs/\(job)")["state"]
            server.kill()
            server = try await bench.start()
            guard state != "JobComplete" else { break }
            kills += 1
        }
        try await bench.expectAgreement(bench.client(server), job: job, records: Self.records)
        return kills
    }
}
