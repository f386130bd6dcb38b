import Foundation
import Testing

#if os(Linux)
    @Suite("A server whose clock is set", .serialized, .timeLimit(.minutes(5)))
    struct ClockTests {
        /// A time as text that sorts: without the Z, which would come after a fraction of a second.
        private func time(_ answer: BulkClient.Answer, _ member: String) throws -> Substring {
            try #require(answer[member], "\(member) in \(answer.text)").dropLast()
        }

        @Test("a clock set back in the middle of a load loses, expires and misdates nothing")
        func setBack() async throws {
            let bench = try await TestBench()
            let clock = try await ShiftedClock(in: bench.folder)
            let server = try await bench.start(environment: clock.environment)
            let client = bench.client(server)
            let records = 20_000
            let job = try await client.create(#""operation": "insert", "object": "items""#)
            let created = try await client.send("GET", "/bulk/jobs/\(job)")
            _ = try await client.upload(
                Array(TestBench.csv(records: records, badEvery: 97).utf8), to: job)
            _ = try await client.close(job)
            try await reach(client, job)
            try clock.set(seconds: -30 * 24 * 3600)

            // The server must see the shift, or the test would show nothing.
            let later = try await client.create(#""operation": "insert", "object": "items""#)
            let laterCreated = try await client.send("GET", "/bulk/jobs/\(later)")
            #expect(try time(laterCreated, "created_at") < time(created, "created_at"))

            try await bench.expectAgreement(client, job: job, records: records)
            let ended = try await client.end(of: job)
            #expect(try time(ended, "created_at") <= time(ended, "closed_at"))
            #expect(try time(ended, "closed_at") <= time(ended, "started_at"))
            #expect(try time(ended, "started_at") <= time(ended, "completed_at"))
            #expect(ended.json["error"] == nil)
        }

        @Test("a restart with the clock set back goes on with the job and keeps its upload")
        func setBackOverRestart() async throws {
            let bench = try await TestBench()
            let clock = try await ShiftedClock(in: bench.folder)
            let first = try await bench.start(environment: clock.environment)
            let job = try await bench.client(first).create(#""operation": "insert", "object": "items""#)
            _ = try await bench.client(first).upload(
                Array(TestBench.csv(records: 500, badEvery: 97).utf8), to: job)
            first.kill()
            try clock.set(seconds: -30 * 24 * 3600)
            let second = try await bench.start(environment: clock.environment)
            let client = bench.client(second)
            _ = try await client.close(job)
            try await bench.expectAgreement(client, job: job, records: 500)
        }

        @Test("a clock set forward by two days fails an open job by name, and only that")
        func setForward() async throws {
            let bench = try await TestBench()
            let clock = try await ShiftedClock(in: bench.folder)
            let first = try await bench.start(environment: clock.environment)
            let ended = try await bench.client(first).load(TestBench.csv(records: 10), into: "items")
            let open = try await bench.client(first).create(#""operation": "insert", "object": "items""#)
            first.kill()
            try clock.set(seconds: 2 * 24 * 3600)
            let second = try await bench.start(environment: clock.environment)
            let client = bench.client(second)
            let expired = try await client.end(of: open)
            #expect(expired["state"] == "Failed")
            #expect((expired.json["error"] as? [String: Any])?["code"] as? String == "JOB_EXPIRED")
            let kept = try await client.send("GET", "/bulk/jobs/\(try #require(ended["job_id"]))")
            #expect(kept["state"] == "JobComplete")
        }

        /// Returns once the job has records behind it.
        private func reach(_ client: BulkClient, _ job: String) async throws {
            try await Patience.until("the first records of \(job)") {
                let answer = try await client.send("GET", "/bulk/jobs/\(job)")
                try #require(answer["state"] != "JobComplete", "the load ended before the clock could be set")
                return answer["state"] == "InProgress"
                    && answer.json["number_records_processed"] as? Int ?? 0 > 0
            }
        }
    }
#endif
