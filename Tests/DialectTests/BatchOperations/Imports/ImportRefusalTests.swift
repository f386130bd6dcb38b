import BulkModel
import Formats
import Testing

@Suite("Imports that are refused", .timeLimit(.minutes(2)))
struct ImportRefusalTests {
    private static let csv = "name,type\nx,y\n"
    private static let type = ("Content-Type", "multipart/form-data; boundary=XX")

    /// Nothing was written and no job runs.
    private func expectNothing(_ stage: ImportStage, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let job = try await stage.run()
        #expect(job.map { [.aborted, .failed].contains($0.state) } ?? true, sourceLocation: sourceLocation)
        #expect(try stage.rows() == [], sourceLocation: sourceLocation)
    }

    @Test(
        "a form that is not one is refused",
        arguments: [
            ("multipart/form-data", 400, "no boundary"), ("application/json", 415, "multipart/form-data"),
            ("multipart/mixed; boundary=XX", 415, "multipart/form-data"),
            ("multipart/form-data; boundary=YY", 400, "no line with the boundary"),
        ])
    func noForm(contentType: String, status: Int, words: String) async throws {
        let stage = try ImportStage()
        let body = BodyInPieces(FormPart.form([.csv(Self.csv)]), bytes: 9)
        let reply = try await stage.post("/v1/import/resources", [("Content-Type", contentType)], body)
        #expect(reply.status == status)
        #expect(reply.message.contains(words), "\(reply.text)")
        #expect(try await stage.job() == nil)
    }

    @Test(
        "faulty parts are refused by name",
        arguments: [
            ([FormPart.csv(csv), FormPart("fiel", [])], 400, "Did you mean \"file\""),
            ([FormPart.options("{}")], 400, "no part \"file\""), ([], 400, "no part \"file\""),
            ([FormPart.csv(csv), .csv(csv)], 400, "two parts named \"file\""),
            ([FormPart.options("{}"), .csv(csv), .options("{}")], 400, "two parts named \"options\""),
            ([FormPart.options("{"), .csv(csv)], 400, "not JSON"),
            ([FormPart.options("[]"), .csv(csv)], 400, "JSON object"),
            ([FormPart("file", Array(csv.utf8))], 415, "options.format"),
            (
                [FormPart("file", Array(csv.utf8), "; filename=\"a.csv\"\r\nContent-Encoding: br")], 415,
                "gzip or identity"
            ),
            ([FormPart.csv(csv), .options("{\"format\": \"json\"}")], 400, "says of itself that it is CSV"),
            (
                [
                    FormPart("file", Array("[]".utf8), "; filename=\"a.json\""),
                    .options("{\"delimiter\": \",\"}"),
                ], 400, "CSV only"
            ),
            ([FormPart.options(String(repeating: " ", count: 300 << 10))], 413, "over the 262144 bytes"),
        ] as [([FormPart], Int, String)])
    func parts(parts: [FormPart], status: Int, words: String) async throws {
        let stage = try ImportStage()
        let reply = try await stage.importForm(parts, pieceBytes: 10_000)
        #expect(reply.status == status)
        #expect(reply.message.contains(words), "\(reply.text)")
        try await expectNothing(stage)
    }

    @Test("a form of a thousand parts is refused, and one whose header never ends once it is too long")
    func endless() async throws {
        let stage = try ImportStage()
        let head = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nX: "
        // Stands for a gigabyte: what counts is that the rest is never asked for.
        let body = BodyInPieces(Array(head.utf8) + [UInt8](repeating: 0x61, count: 4 << 20), bytes: 1 << 10)
        let reply = try await stage.post("/v1/import/resources", [Self.type], body)
        #expect(reply.status == 413)
        #expect(reply.message.contains("over the 16384 bytes"))
        #expect(body.askedFor < 20)
        let parts = (0..<1000).map { FormPart($0 == 0 ? "options" : "part\($0)", Array("{}".utf8)) }
        #expect(try await stage.importForm(parts, pieceBytes: 1000).status == 400)
        #expect(try await stage.job() == nil)
    }

    @Test("a body that is cut in the middle leaves a job that never runs", arguments: [true, false])
    func cut(optionsFirst: Bool) async throws {
        let parts =
            optionsFirst ? [FormPart.options("{}"), .csv(Self.csv)] : [.csv(Self.csv), .options("{}")]
        let whole = FormPart.form(parts)
        for count in stride(from: 0, to: whole.count - 8, by: 13) {
            for breaks in [true, false] where count > 0 || breaks {
                let stage = try ImportStage()
                let body = BodyInPieces(Array(whole.prefix(count)), bytes: 10, breaks: breaks)
                let reply = try await stage.post("/v1/import/resources", [Self.type], body)
                #expect(reply.status == 400, "cut at \(count): \(reply.text)")
                try await expectNothing(stage)
            }
        }
    }

    @Test("a gzip bomb is refused, in the file and around it")
    func bomb() async throws {
        var limits = Limits()
        limits.inflateRatioFreeBytes = 1 << 10
        limits.inflateRatioMax = 10
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(Array("name,type\n".utf8) + [UInt8](repeating: 0x0A, count: 1 << 20), into: &packed)
        deflater.finish(into: &packed)
        let stage = try ImportStage(limits: limits)
        let file = FormPart("file", packed, "; filename=\"r.csv.gz\"")
        for parts in [[file], [FormPart.options("{}"), file]] {
            let reply = try await stage.importForm(parts, pieceBytes: 1000)
            #expect(reply.code == "PAYLOAD_TOO_LARGE", "\(reply.text)")
        }
        let around = try await stage.post(
            "/v1/bulk/resources", [("Content-Encoding", "gzip")], BodyInPieces(packed, bytes: 1000))
        #expect(around.status == 413 || around.status == 400)
        try await expectNothing(stage)
    }

    @Test("every faulty option is named, with a hint for a misspelled one")
    func options() async throws {
        let stage = try ImportStage()
        let options = """
            {"chunk_sise": 1, "chunk_size": 0, "validation": "loose", "dry_run": 1, "upsert_key": "name",
             "mapping": {"a": 1, "b": {"type": "xml", "field": "name"}, "c": {"typ": "json"}},
             "webhook": {"url": "ftp://x", "events": ["started"], "headers": {"Host": "x"}}}
            """
        let reply = try await stage.importForm([.options(options), .csv(Self.csv)])
        #expect(reply.code == "INVALID_REQUEST")
        #expect(
            Set(reply.fields) == [
                "options.chunk_sise", "options.chunk_size", "options.validation", "options.dry_run",
                "options.upsert_key", "options.mapping.a", "options.mapping.b.type", "options.mapping.c.typ",
                "options.mapping.c.field", "options.webhook.url", "options.webhook.events",
                "options.webhook.headers.Host",
            ])
        #expect(reply.text.contains("Did you mean \\\"chunk_size\\\""))
        #expect(try await stage.job() == nil)
    }

    @Test("a header that the table does not fit is refused while the rest is still on its way")
    func header() async throws {
        let stage = try ImportStage()
        let rows = String(repeating: "x,y\n", count: 10_000)
        let body = BodyInPieces(FormPart.form([.options("{}"), .csv("name,typ\n" + rows)]), bytes: 1000)
        let reply = try await stage.post("/v1/import/resources", [Self.type], body)
        #expect(reply.code == "UNKNOWN_COLUMN")
        #expect(body.askedFor < 5)
        try await expectNothing(stage)
    }

    @Test(
        "faulty records bodies are refused with their place",
        arguments: [
            ("", 400, "empty"), ("[]", 400, "must be a JSON object"),
            ("{\"records\": {}}", 400, "array of records"),
            ("{\"options\": {}}", 400, "no array"),
            ("{\"records\": [], \"option\": {}}", 400, "known: resources, records"),
            ("{\"records\": [{}], \"resources\": []}", 400, "two arrays"),
            ("{\"records\": [{}]} x", 400, "follows"),
            ("{\"records\": [{}], \"options\": {\"format\": \"csv\"}}", 400, "no such field"),
            ("{\"records\": [{}], \"options\": []}", 400, "must be a JSON object"),
            ("{\"options\": {}, \"records\": [{\"name\": \"x\", \"type\": \"y\"}", 400, "cut short"),
            (
                "{\"options\": {}, \"records\": [{\"name\": \"x\", \"type\": \"y\"}], \"options\": {}}", 400,
                "twice"
            ),
        ])
    func bulk(body: String, status: Int, words: String) async throws {
        let stage = try ImportStage()
        let reply = try await stage.bulk(body)
        #expect(reply.status == status)
        #expect(reply.text.contains(words), "\(reply.text)")
        try await expectNothing(stage)
    }

    @Test("more records than are taken are refused with their bound, wherever the options stand")
    func tooMany() async throws {
        var limits = Limits()
        limits.bulkRecordsMax = 2
        let stage = try ImportStage(limits: limits)
        let record = "{\"name\": \"x\", \"type\": \"y\"}"
        for body in [
            "{\"records\": [\(record),\(record),\(record)]}", "{\"options\": {}, \"records\": [1,2,3]}",
        ] {
            let reply = try await stage.bulk(body)
            #expect(reply.status == 413)
            #expect(reply.message.contains("the 2 records"))
        }
        try await expectNothing(stage)
    }

    @Test("with validate_before_import one faulty record keeps all of them out")
    func validation() async throws {
        let stage = try ImportStage()
        let records = "[{\"name\": \"x\", \"type\": \"y\"}, {\"name\": null, \"type\": 1}, {\"nme\": \"z\"}]"
        let reply = try await stage.bulk(
            "{\"records\": \(records), \"options\": {\"validate_before_import\": true}}")
        #expect(reply.code == "VALIDATION_ERROR", "\(reply.text)")
        #expect(reply.fields.count >= 2)
        try await expectNothing(stage)
    }

    @Test("an unknown table, an unknown key and an unknown column of the mapping are refused")
    func names() async throws {
        let stage = try ImportStage()
        let body = BodyInPieces(FormPart.form([.csv(Self.csv)]), bytes: 100)
        let reply = try await stage.post("/v1/import/resource", [Self.type], body)
        #expect(reply.code == "TABLE_NOT_FOUND")
        #expect(reply.fields == ["table"])
        let key = try await stage.importForm([
            .csv(Self.csv), .options("{\"upsert\": true, \"upsert_key\": \"type\"}"),
        ])
        #expect(key.status == 400, "\(key.text)")
        let mapping = try await stage.importForm([
            .csv(Self.csv), .options("{\"mapping\": {\"name\": \"nam\"}}"),
        ])
        #expect(mapping.fields == ["options.mapping.name"], "\(mapping.text)")
        #expect(try await stage.job() == nil)
    }
}
