import Foundation
import Testing

@Suite("Jobs beside one another", .serialized, .timeLimit(.minutes(10)))
struct FairnessTests {
    @Test("a job of one record that comes later ends before a big one of the same tenant")
    func smallBesideBig() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        let client = bench.client(server)
        let big = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: 200_000).utf8), to: big)
        let late = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: 1, firstID: 1_000_000).utf8), to: late)
        _ = try await client.close(big)
        _ = try await client.close(late)
        let small = try await client.end(of: late)
        let bigEnded = try await client.end(of: big)
        #expect(small["state"] == "JobComplete")
        #expect(bigEnded["state"] == "JobComplete")
        #expect(try time(small, "completed_at") < time(bigEnded, "completed_at"))
        #expect(try time(small, "closed_at") > time(bigEnded, "closed_at"))
    }

    /// A time as text that sorts: without the Z, which would come after a fraction of a second.
    private func time(_ answer: BulkClient.Answer, _ member: String) throws -> Substring {
        try #require(answer[member], "\(member) in \(answer.text)").dropLast()
    }

    @Test("queries that would run for ever end with their jobs, and leave the way to the next one")
    func abortedQueries() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        let client = bench.client(server)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        var jobs: [String] = []
        // As many as a tenant may run at once, so that nothing of it could run if one of them stayed.
        for _ in 0..<2 {
            let job = try await client.create(
                #""operation": "query", "object": "items", "query": "\#(endless)""#)
            _ = try await client.close(job)
            jobs.append(job)
        }
        for job in jobs {
            try await Patience.until("the begin of \(job)") {
                try await client.send("GET", "/bulk/jobs/\(job)")["state"] == "InProgress"
            }
        }
        let waiting = try await client.create(#""operation": "query", "object": "items""#)
        _ = try await client.close(waiting)
        #expect(try await client.send("GET", "/bulk/jobs/\(waiting)")["state"] == "UploadComplete")
        for job in jobs {
            let aborted = try await client.send(
                "PATCH", "/bulk/jobs/\(job)", body: #"{"state": "Aborted"}"#)
            #expect(aborted["state"] == "Aborted")
        }
        #expect(try await client.end(of: waiting)["state"] == "JobComplete")
        for job in jobs {
            let results = try await client.send("GET", "/bulk/jobs/\(job)/results")
            #expect(results.status == 409)
            #expect(try await client.send("GET", "/bulk/jobs/\(job)")["state"] == "Aborted")
        }
    }
}
