import Testing

/// A query over so many rows of `items`, whose whole result is known.
struct KnownQuery: StruckJob {
    let rows: Int

    func fill(_ bench: TestBench) async throws {
        _ = try await bench.rows(
            "INSERT INTO items SELECT i, 'name ' || i, i, 'note' FROM generate_series(1, \(rows)) AS i")
    }

    func begin(_ bench: TestBench, _ client: BulkClient) async throws -> String {
        let sql = "SELECT id, name, amount FROM items ORDER BY id"
        let job = try await client.create(#""operation": "query", "object": "items", "query": "\#(sql)""#)
        _ = try await client.close(job)
        return job
    }

    func expectEnd(_ job: String, _ bench: TestBench, _ client: BulkClient) async throws {
        let ended = try await client.end(of: job)
        #expect(ended["state"] == "JobComplete", "\(ended.text)")
        #expect(ended.json["number_records_processed"] as? Int == rows, "\(ended.text)")
        let known = "id,name,amount\n" + (1...rows).map { "\($0),name \($0),\($0)\n" }.joined()
        let results = try await client.send("GET", "/bulk/jobs/\(job)/results").text
        let isWhole = results == known
        #expect(isWhole, "\(results.utf8.count) bytes of \(known.utf8.count)")
    }
}
