import Foundation
import Testing

@Suite("Files of results that are sent again", .serialized, .timeLimit(.minutes(5)))
struct SentAgainTests {
    /// Loads the text; gives what the job came to and its failed records.
    private func load(
        _ text: String, into table: String, _ client: BulkClient
    ) async throws -> (ended: BulkClient.Answer, failed: String) {
        let job = try await client.create(#""operation": "insert", "object": "\#(table)""#)
        let uploaded = try await client.upload(Array(text.utf8), to: job)
        try #require(uploaded.status == 200, "\(uploaded.text)")
        _ = try await client.close(job)
        let ended = try await client.end(of: job)
        return (ended, try await client.send("GET", "/bulk/jobs/\(job)/results/failed").text)
    }

    @Test("records that could not be read fail again, with the same content, until they are corrected")
    func unread() async throws {
        let bench = try await TestBench(
            schema: "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, v TEXT);")
        let server = try await bench.start()
        let client = bench.client(server)
        let first = try await load("email,v\na,\"unc\nb,1,2\nc\nd\"x,1\n", into: "people", client)
        #expect(first.ended.json["number_records_failed"] as? Int == 4, "\(first.ended.text)")
        let second = try await load(first.failed, into: "people", client)
        #expect(second.ended.json["number_records_failed"] as? Int == 4, "\(second.ended.text)")
        for start in ["\"a,\"\"unc\",,1,error", "\"b,1,2\",,2,error", "c,,3,error", "\"d\"\"x,1\",,4,error"] {
            #expect(second.failed.contains("\n\(start),,,MALFORMED_RECORD,"), "\(start) in \(second.failed)")
        }
        let header = second.failed.prefix { $0 != "\n" }
        let third = try await load("\(header)\nb,1,2,error,,,,,,\n", into: "people", client)
        #expect(third.ended.json["number_records_succeeded"] as? Int == 1, "\(third.ended.text)")
        #expect(try await bench.rows("SELECT email, v FROM people") == ["b|1"])
    }

    @Test("columns that are named as results name theirs are written, and come back")
    func ownColumns() async throws {
        let bench = try await TestBench(
            schema: "CREATE TABLE scores (_id INTEGER PRIMARY KEY, _status TEXT, n INTEGER);")
        let server = try await bench.start()
        let client = bench.client(server)
        let first = try await load("_id,_status,n\n7,new,1\n8,old,x\n", into: "scores", client)
        let names = "_record,__status,_action,__id,_error_code,_error,_column,_retryable"
        #expect(first.failed.hasPrefix("_id,_status,n,\(names)\n8,old,x,2,error,"), "\(first.failed)")
        _ = try await load(first.failed.replacing("8,old,x,", with: "8,old,2,"), into: "scores", client)
        #expect(
            try await bench.rows("SELECT _id, _status, n FROM scores ORDER BY _id") == ["7|new|1", "8|old|2"])
    }
}
