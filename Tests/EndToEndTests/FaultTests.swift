import Foundation
import Testing

@Suite("A server on a bad day", .serialized, .timeLimit(.minutes(10)))
struct FaultTests {
    @Test("a disk that fills up stops the job, not its truth; with room again every record has one outcome")
    func fullDisk() async throws {
        let bench = try await TestBench()
        let records = 20_000
        let small = try await bench.start(shellLimits: "-f 800")
        var client = bench.client(small)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        let uploaded = try await client.upload(
            Array(TestBench.csv(records: records, badEvery: 97).utf8), to: job)
        try #require(uploaded.status == 200, "\(uploaded.text)")
        _ = try await client.close(job)
        let waiting = try await client.send("GET", "/bulk/jobs/\(job)?wait=3")
        #expect(waiting["state"] == "InProgress")
        #expect((waiting.json["waiting_for"] as? [String: Any])?["code"] as? String == "SERVICE_UNAVAILABLE")
        small.kill()

        let roomy = try await bench.start()
        client = bench.client(roomy)
        try await bench.expectAgreement(client, job: job, records: records)
    }

    @Test("an upload file damaged on disk fails the job by name and lists what was not reached")
    func damagedUpload() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        let client = bench.client(server)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        _ = try await client.upload(Array(TestBench.csv(records: 5000).utf8), to: job)
        let file = "\(bench.folder.path)/uploads/\(job)/upload"
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        try handle.seek(toOffset: 100_000)
        try handle.write(contentsOf: Data("XXXX".utf8))
        try handle.close()
        _ = try await client.close(job)
        let ended = try await client.end(of: job)
        #expect(ended["state"] == "Failed")
        #expect((ended.json["error"] as? [String: Any])?["code"] as? String == "UPLOAD_DAMAGED")
        let unprocessed = try await client.send("GET", "/bulk/jobs/\(job)/results/unprocessed").text
        let inTable = try await bench.rows("SELECT count(*) FROM items")
        #expect(unprocessed.split(separator: "\n").count - 1 == 5000 - (Int(inTable[0]) ?? -1))
    }

    @Test("a second server on the same database file refuses to start and says why")
    func secondServer() async throws {
        let bench = try await TestBench()
        let first = try await bench.start()
        let second = try await Binary.run(
            [
                "serve", "--listen", "127.0.0.1:0", "--database", bench.address,
            ], in: bench.folder.path)
        #expect(second.status != 0)
        #expect((second.output + second.errors).contains("data.db"))
        #expect((second.output + second.errors).contains("another"))
        #expect(try await bench.client(first).send("GET", "/bulk/jobs").status == 200)
    }

    @Test("an upload cut short leaves the job open, says so, and can be sent again")
    func truncatedUpload() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        let client = bench.client(server)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        let place = try await client.send("GET", "/bulk/jobs/\(job)/upload-url")
        let url = try #require(place["upload_url"].flatMap { URL(string: $0) })
        let half = TestBench.csv(records: 100)
        let target = url.path + "?" + (url.query ?? "")
        let socket = try RawSocket(port: server.port)
        try socket.send("PUT \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n\(half)")
        socket.close()
        let state = try await client.send("GET", "/bulk/jobs/\(job)")
        #expect(state["state"] == "Open")
        #expect(state.json["number_records_total"] as? Int ?? 0 == 0)
        // The first PUT ends on the server only when it notices the closed connection.
        var again = try await client.upload(Array(half.utf8), to: job)
        for _ in 0..<100 where again.status == 409 {
            again = try await client.upload(Array(half.utf8), to: job)
        }
        #expect(again.status == 200)
        _ = try await client.close(job)
        #expect(try await client.end(of: job).json["number_records_succeeded"] as? Int == 100)
    }

    @Test("a thousand connections that send nothing do not hurt a caller who does")
    func idleConnections() async throws {
        let bench = try await TestBench()
        let server = try await bench.start()
        let idle = try await IdleConnections(1000, port: server.port)
        let ended = try await bench.client(server).load(TestBench.csv(records: 10), into: "items")
        #expect(ended.json["number_records_succeeded"] as? Int == 10)
        idle.close()
    }
}
