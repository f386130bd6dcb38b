import Foundation
import Testing

@Suite("Streaming ingest", .serialized, .timeLimit(.minutes(10)))
struct ProcessIngestTests {
    private func ndjson(_ ids: Range<Int>, amount: Int = 5) -> String {
        ids.map { #"{"id": \#($0), "name": "name \#($0)", "amount": \#(amount)}"# + "\n" }.joined()
    }

    @Test("NDJSON records are answered line by line, bad ones among them", arguments: DatabaseKind.allCases)
    func insert(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let client = bench.client(server)
        let body =
            ndjson(1..<4) + "{\"id\": 4, \"name\": \"four\", \"amount\": -1}\n" + "no json\n" + ndjson(6..<8)
        let answer = try await client.process(
            body, table: "items", query: "?operation=insert",
            headers: ["Content-Type": "application/x-ndjson"])
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.isWhole)
        #expect(answer.metadata?.operation == "insert")
        #expect(answer.headers["x-operation-id"] == answer.metadata?.operationId)
        let told = answer.lines.filter { ["success", "error"].contains($0.type) }
        #expect(
            told.map(\.type) == ["success", "success", "success", "error", "error", "success", "success"])
        #expect(told.first?.recordId == "1" && told.last?.recordId == "7")
        #expect(answer.summary?.processed == 7 && answer.summary?.errors == 2)
        #expect(try await bench.rows("SELECT count(*) FROM items") == ["5"])
    }

    @Test("CSV updates, upserts and deletes by the key", arguments: DatabaseKind.allCases)
    func otherOperations(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let client = bench.client(server)
        func send(_ operation: String, _ csv: String) async throws -> OutcomeStreamAnswer {
            try await client.process(
                csv, table: "items", query: "?operation=\(operation)", headers: ["Content-Type": "text/csv"])
        }
        let inserted = try await send("insert", TestBench.csv(records: 10))
        #expect(inserted.summary?.successful == 10, "\(inserted.text)")
        let updated = try await send("update", "id,amount\n1,100\n99,5\n")
        #expect(updated.outcomes.map(\.error) == [nil, "RECORD_NOT_FOUND"])
        let upserted = try await send("upsert", "id,name,amount\n2,two,200\n11,eleven,11\n")
        #expect(upserted.summary?.successful == 2)
        let deleted = try await send("delete", "id\n3\n4\n77\n")
        #expect(deleted.outcomes.map(\.error) == [nil, nil, "RECORD_NOT_FOUND"])
        #expect(
            try await bench.rows("SELECT id, amount FROM items WHERE id IN (1, 2, 3, 4, 11) ORDER BY id")
                == ["1|100", "2|200", "11|11"])
    }

    @Test("outcomes come while curl still sends", arguments: DatabaseKind.allCases)
    func fullDuplex(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        try bench.folder.write(ndjson(1..<101), to: "first")
        try bench.folder.write(ndjson(101..<201), to: "second")
        // The second half is sent once outcomes of the first are here: without full duplex this never ends.
        let script = """
            : > answer
            { cat first
              until [ "$(grep -c '"success"' answer)" -ge 50 ]; do sleep 0.05; done
              cat second
            } | timeout 60 curl -sN -X POST -T . -H "Authorization: Bearer $KEY" \
              -H "Content-Type: application/x-ndjson" "$URL/v1/items/bulk-process?operation=insert&batchSize=25" > answer
            grep -c '"success"' answer
            tail -n 1 answer
            """
        let run = try await Binary.run(
            ["-eu", "-c", script], program: "/bin/bash", in: bench.folder.path,
            environment: ["URL": server.url, "KEY": bench.key])
        let printed = run.output.split(separator: "\n")
        #expect(printed.first == "200", "\(run.output) \(run.errors)")
        #expect(printed.last?.contains(#""summary""#) == true)
        #expect(try await bench.rows("SELECT count(*) FROM items") == ["200"])
    }

    @Test(
        "options stand in the query; unknown ones and wrong values are refused",
        arguments: DatabaseKind.allCases)
    func options(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        let server = try await bench.start()
        let client = bench.client(server)
        let csv = "id,name,amount\n1,one,5\n2,two,zero\n3,three,5\n"
        let type = ["Content-Type": "text/csv"]
        for query in ["", "?operation=dance", "?operation=insert&batchSize=-1", "?operation=insert&speed=9"] {
            let refused = try await client.process(csv, table: "items", query: query, headers: type)
            #expect((400..<500).contains(refused.status), "\(query): \(refused.status)")
        }
        let dry = try await client.process(
            csv, table: "items", query: "?operation=insert&dryRun=true", headers: type)
        #expect(dry.summary?.successful == 2)
        #expect(try await bench.rows("SELECT count(*) FROM items") == ["0"])
        let stopped = try await client.process(
            csv, table: "items", query: "?operation=insert&continueOnError=false", headers: type)
        #expect(stopped.summary?.stoppedEarly == true)
        #expect(try await bench.rows("SELECT id FROM items") == ["1"])
    }
}
