import BulkModel
import Dialects
import Engine
import Formats
import Testing

@Suite("Imports of files and records", .timeLimit(.minutes(2)))
struct ImportTests {
    /// As spec 001 prints it, with its empty first line.
    private static let csv = """

        name,type,status,metadata
        "Resource 1",document,active,"{""key1"":""value1""}"
        "Resource 2",image,active,"{""key2"":""value2""}"
        "Resource 3",video,draft,"{""key3"":""value3""}"

        """
    private static let options = """
        {"mapping": {"name": "name", "type": "type", "status": "status",
        "metadata": {"type": "json", "field": "metadata"}},
        "validation": "strict", "dry_run": false, "chunk_size": 1000}
        """
    private static let rows = [
        "Resource 1|document|active|{\"key1\":\"value1\"}", "Resource 2|image|active|{\"key2\":\"value2\"}",
        "Resource 3|video|draft|{\"key3\":\"value3\"}",
    ]

    @Test(
        "the spec's form is imported, with its parts in either order and cut anywhere",
        arguments: [1, 7, 10_000])
    func form(pieceBytes: Int) async throws {
        let parts = [FormPart.csv(Self.csv), FormPart.options(Self.options)]
        for parts in [parts, parts.reversed(), [parts[0]]] {
            let stage = try ImportStage()
            let reply = try await stage.importForm(parts, pieceBytes: pieceBytes)
            #expect(reply.status == 202, "\(reply.text)")
            let job = try #require(try await stage.job())
            #expect(
                reply.text
                    == "{\"job_id\":\"\(job.id)\",\"status\":\"processing\",\"total_rows\":3,\"processed\":0}\n"
            )
            #expect(reply.headers.contains(.init("Location", "http://localhost/v1/jobs/\(job.id)")))
            #expect(job.state == .uploadComplete)
            #expect(job.spec.options.noun == .import)
            #expect(job.spec.dialect == "batch-operations")
            #expect(job.spec.chunkRecords == (parts.count == 2 ? 1000 : nil))
            #expect(try await stage.run()?.state == .jobComplete)
            #expect(try stage.rows() == Self.rows)
        }
    }

    /// As spec 001 prints it.
    private static let records = """
        [{ "name": "Resource 1", "type": "document", "metadata": { "key1": "value1" } },
         { "name": "Resource 2", "type": "image", "metadata": { "key2": "value2" } }]
        """
    private static let bulkOptions = """
        {"upsert": true, "upsert_key": "name", "validate_before_import": true,
         "notification_webhook": "https://webhook.example.com/import-complete"}
        """

    @Test(
        "the spec's records are imported, options before or behind them, under either name",
        arguments: [
            "{\"resources\": \(records), \"options\": \(bulkOptions)}",
            "{\"options\": \(bulkOptions), \"records\": \(records)}",
        ])
    func bulk(body: String) async throws {
        let stage = try ImportStage()
        let reply = try await stage.bulk(body)
        #expect(reply.status == 202, "\(reply.text)")
        #expect(reply.value["total_rows"] == 2)
        let job = try #require(try await stage.run())
        #expect(job.spec.operation == .upsert)
        #expect(job.spec.key == "name")
        #expect(job.spec.options.webhook?.url == "https://webhook.example.com/import-complete")
        #expect(job.state == .jobComplete)
        #expect(job.counts.created == 2)
        #expect(
            try stage.rows("SELECT name, json_extract(metadata, '$.key1') FROM resources ORDER BY name")
                == ["Resource 1|value1", "Resource 2|NULL"])
        #expect(try await stage.bulk(body).status == 202)
        #expect(try await stage.run()?.counts.unchanged == 2)
    }

    @Test("records without options are inserted, and none at all are no mistake")
    func withoutOptions() async throws {
        let stage = try ImportStage()
        #expect(try await stage.bulk("{\"records\": \(Self.records)}").status == 202)
        #expect(try await stage.run()?.spec.operation == .insert)
        let reply = try await stage.bulk("{\"records\": [], \"options\": {}}")
        #expect(reply.status == 202)
        #expect(reply.value["total_rows"] == 0)
        #expect(try await stage.run()?.state == .jobComplete)
        #expect(try stage.rows().count == 2)
    }

    @Test("every table is also reached under /v1/tables, and jobs of spec 002 stay what they are")
    func paths() async throws {
        let stage = try ImportStage()
        let body = BodyInPieces(FormPart.form([.csv(Self.csv)]), bytes: 100)
        let type = ("Content-Type", "multipart/form-data; boundary=XX")
        #expect(try await stage.post("/v1/tables/resources/import", [type], body).status == 202)
        let records = BodyInPieces(Array("{\"resources\": []}".utf8), bytes: 100)
        #expect(try await stage.post("/v1/tables/resources/bulk", [], records).status == 202)
        let job = Array("{\"operation\": \"insert\", \"object\": \"resources\"}".utf8)
        #expect(try await stage.post("/v1/bulk/jobs", [], BodyInPieces(job, bytes: 100)).status == 201)
    }

    private static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(bytes, into: &packed)
        deflater.finish(into: &packed)
        return packed
    }

    @Test(
        "a gzip file is unpacked, whichever way it says that it is one",
        arguments: [
            "; filename=\"r.csv.gz\"\r\nContent-Type: text/csv", "; filename=\"R.CSV.GZ\"",
            "; filename=\"r.csv\"\r\nContent-Type: application/gzip",
            "; filename=\"r.csv.gz\"\r\nContent-Type: application/x-gzip\r\nContent-Encoding: gzip",
            "\r\nContent-Type: text/csv\r\nContent-Encoding: gzip",
        ])
    func gzipFile(head: String) async throws {
        let stage = try ImportStage()
        let file = FormPart("file", Self.packed(Array(Self.csv.utf8)), head)
        #expect(try await stage.importForm([file]).value["total_rows"] == 3)
        _ = try await stage.run()
        #expect(try stage.rows() == Self.rows)
    }

    @Test("a gzip request is unpacked, once")
    func gzipRequest() async throws {
        let stage = try ImportStage()
        let type = ("Content-Type", "multipart/form-data; boundary=XX")
        let packing = ("Content-Encoding", "gzip")
        let body = BodyInPieces(Self.packed(FormPart.form([.csv(Self.csv)])), bytes: 3)
        #expect(try await stage.post("/v1/import/resources", [type, packing], body).status == 202)
        _ = try await stage.run()
        #expect(try stage.rows() == Self.rows)
        let twice = FormPart("file", Self.packed(Array(Self.csv.utf8)), "; filename=\"r.csv.gz\"")
        let packedTwice = BodyInPieces(Self.packed(FormPart.form([twice])), bytes: 3)
        let refused = try await stage.post("/v1/import/resources", [type, packing], packedTwice)
        #expect(refused.status == 415)
        let records = Self.packed(Array("{\"records\": [{\"name\": \"x\", \"type\": \"y\"}]}".utf8))
        let reply = try await stage.post("/v1/bulk/resources", [packing], BodyInPieces(records, bytes: 3))
        #expect(reply.value["total_rows"] == 1, "\(reply.text)")
    }

    @Test(
        "a file is read as what it says it is",
        arguments: [
            ("; filename=\"a.json\"", "{}", "[{\"name\":\"x\",\"type\":\"y\"}]"),
            (
                "; filename=\"a.bin\"\r\nContent-Type: application/x-ndjson", "{}",
                "{\"name\":\"x\",\"type\":\"y\"}\n"
            ),
            (
                "; filename=\"a.jsonl\"\r\nContent-Type: application/octet-stream", "{}",
                "{\"name\":\"x\",\"type\":\"y\"}"
            ),
            ("", "{\"format\": \"json\"}", "[{\"name\":\"x\",\"type\":\"y\"}]"),
            (
                "", "{\"format\": \"CSV\", \"delimiter\": \"SEMICOLON\", \"empty_is\": \"null\"}",
                "name;type\nx;y\n"
            ),
        ])
    func formats(head: String, options: String, content: String) async throws {
        for optionsFirst in [true, false] {
            let stage = try ImportStage()
            let parts = [FormPart.options(options), FormPart("file", Array(content.utf8), head)]
            let reply = try await stage.importForm(optionsFirst ? parts : parts.reversed())
            #expect(reply.status == 202, "\(reply.text)")
            _ = try await stage.run()
            #expect(try stage.rows() == ["x|y|NULL|NULL"])
        }
    }

    @Test("an idempotency key has an import done once")
    func idempotency() async throws {
        let stage = try ImportStage()
        let key = ("Idempotency-Key", "k1")
        let first = try await stage.importForm([.csv(Self.csv)], headers: [key])
        let again = try await stage.importForm([.csv(Self.csv)], headers: [key])
        #expect(first.status == 202)
        #expect(again.text == first.text)
        #expect(again.headers.contains(.init("Idempotent-Replayed", "true")))
        #expect(
            try await stage.engine.jobs(for: stage.caller, state: nil, limit: 10, after: nil).jobs.count == 1)
    }

    @Test("a file behind its options goes straight to the job, one before them waits until they are known")
    func streaming() async throws {
        let parts = [FormPart.options("{}"), FormPart.csv(Self.csv)]
        for (parts, isThere) in [(parts, true), (parts.reversed(), false)] {
            let stage = try ImportStage()
            let body = BodyInPieces(FormPart.form(parts), bytes: 20) {
                let job = try await stage.job()
                #expect((job != nil) == isThere)
            }
            let type = ("Content-Type", "multipart/form-data; boundary=XX")
            #expect(try await stage.post("/v1/import/resources", [type], body).status == 202)
        }
    }

    @Test("names of the file are mapped to columns, and what a lenient import reads over is told")
    func mapping() async throws {
        let stage = try ImportStage()
        let options = """
            {"mapping": {"Title": "name", "Kind": "type", "meta": {"type": "json", "field": "metadata"}},
             "validation": "lenient", "empty_is": "null"}
            """
        let csv = "Title,Kind,meta,color\nA,document,\"{\"\"k\"\":1}\",red\nB,image,nonsense,blue\n"
        let reply = try await stage.importForm([.csv(csv), .options(options)])
        #expect(reply.status == 202, "\(reply.text)")
        #expect(reply.value["warnings"]?.array?.count == 1)
        #expect(reply.value["warnings"]?.array?.first?.string?.contains("color") == true)
        let job = try #require(try await stage.run())
        #expect(job.spec.options.isLenient)
        #expect(job.counts.failed == 1)
        #expect(try stage.rows() == ["A|document|NULL|{\"k\":1}"])
    }

    @Test("a dry run leaves nothing behind and tells what would have been")
    func dryRun() async throws {
        let stage = try ImportStage()
        let reply = try await stage.importForm([.options("{\"dry_run\": true}"), .csv(Self.csv)])
        #expect(reply.status == 202)
        let job = try #require(try await stage.run())
        #expect(job.spec.options.isDryRun)
        #expect(job.counts.created == 3)
        #expect(try stage.rows() == [])
    }
}
