import Foundation
import Testing

@Suite("A server killed while an upload arrives", .serialized, .timeLimit(.minutes(5)))
struct CutUploadTests {
    @Test("the job is still open after the restart, the part is gone, and a new PUT works")
    func killed() async throws {
        let bench = try await TestBench()
        let first = try await bench.start()
        let client = bench.client(first)
        let job = try await client.create(#""operation": "insert", "object": "items""#)
        let place = try await client.send("GET", "/bulk/jobs/\(job)/upload-url")
        let url = try #require(place["upload_url"].flatMap { URL(string: $0) })
        let uploads = "\(bench.folder.path)/uploads/\(job)"
        let text = TestBench.csv(records: 3000, badEvery: 97)
        let socket = try RawSocket(port: first.port)
        try socket.send(
            "PUT \(url.path)?\(url.query ?? "") HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"
                + text)
        try await until(client, job) { Self.partSize(in: uploads) ?? 0 > 0 }
        first.kill()
        socket.close()
        #expect(Self.partSize(in: uploads) != nil, "the kill came in the middle of the upload")

        let second = try await bench.start()
        let again = bench.client(second)
        let open = try await again.send("GET", "/bulk/jobs/\(job)")
        #expect(open["state"] == "Open")
        #expect(open.json["number_records_total"] as? Int == 0)
        try await until(again, job) { Self.partSize(in: uploads) == nil }
        let uploaded = try await again.upload(Array(text.utf8), to: job)
        #expect(uploaded.status == 200, "\(uploaded.text)")
        _ = try await again.close(job)
        try await bench.expectAgreement(again, job: job, records: 3000)
    }

    /// Asks the server again and again until the condition holds: nothing signals what it does with its files.
    private func until(_ client: BulkClient, _ job: String, _ holds: () -> Bool) async throws {
        try await Patience.until("the server's files for \(job)") {
            if !holds() { _ = try await client.send("GET", "/bulk/jobs/\(job)?wait=1") }
            return holds()
        }
    }

    /// Bytes of the upload that is arriving; nil when none is.
    private static func partSize(in folder: String) -> Int? {
        // A folder that is not there holds nothing.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let name = names.first(where: { $0.hasPrefix("upload.part") }) else { return nil }
        let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
        return (facts?[.size] as? NSNumber)?.intValue
    }
}
