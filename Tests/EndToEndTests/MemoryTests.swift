import Foundation
import Testing

#if os(Linux)
    @Suite("The memory of a server", .serialized, .timeLimit(.minutes(10)))
    struct MemoryTests {
        /// Few rows that many records change: the table, and with it SQLite's page cache, stays small whatever the
        /// upload's size is.
        private static let schema = """
            CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT);
            WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 50)
            INSERT INTO pages SELECT id, '' FROM n;
            """
        /// Less than the 80 MB by which the uploads differ: memory that grows with the file would grow by more. Some is
        /// allowed, since chunks of up to 16 MiB grow until they have found their size, and a few are held at once.
        private static let growthBytesMax = 56 << 20

        @Test("the peak after 100 MB of upload and results is that after 20 MB, but for a fixed amount")
        func flat() async throws {
            let bench = try await TestBench(schema: Self.schema)
            let server = try await bench.start()
            let client = bench.client(server)
            try await pass(megabytes: 20, client)
            let small = try peakBytes(of: server)
            try await pass(megabytes: 100, client)
            let large = try peakBytes(of: server)
            #expect(large - small < Self.growthBytesMax, "\(small >> 20) MiB, then \(large >> 20) MiB")
        }

        /// Updates with so much data, and reads all results.
        private func pass(megabytes: Int, _ client: BulkClient) async throws {
            let bodyBytes = 16_000
            let records = megabytes * 1_000_000 / bodyBytes
            var csv = "id,body\n"
            for record in 0..<records {
                csv += "\(record % 50 + 1),\(record) \(String(repeating: "x", count: bodyBytes))\n"
            }
            let ended = try await client.load(csv, into: "pages", operation: "update")
            #expect(ended.json["number_records_updated"] as? Int == records)
            let job = try #require(ended["job_id"])
            // The client takes gzip by itself, and refuses what unpacks to so much more.
            let results = try await client.send(
                "GET", "/bulk/jobs/\(job)/results", headers: ["Accept-Encoding": "identity"])
            #expect(results.body.count > csv.utf8.count)
        }

        /// Most memory that the process ever held at once (`VmHWM`, proc(5)).
        private func peakBytes(of server: ServerProcess) throws -> Int {
            let status = try String(
                contentsOfFile: "/proc/\(server.process.processIdentifier)/status", encoding: .utf8)
            let match = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/))
            return try #require(Int(match.1)) << 10
        }
    }
#endif
