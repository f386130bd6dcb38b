import Foundation
import Testing

@Suite("Imports", .serialized, .timeLimit(.minutes(10)))
struct ImportRunTests {
    /// A form of a file and options, in the order asked for.
    private static func form(
        _ file: String, name: String = "a.csv", options: String? = nil, fileFirst: Bool = true
    ) -> String {
        let filePart =
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n\(file)\r\n"
        let optionPart =
            options.map { "--B\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n\($0)\r\n" } ?? ""
        return (fileFirst ? filePart + optionPart : optionPart + filePart) + "--B--\r\n"
    }

    private static func send(_ form: String, _ client: BulkClient, headers: [String: String] = [:])
        async throws
        -> BulkClient.Answer
    {
        try await client.send(
            "POST", "/import/resources", body: form,
            headers: headers.merging(["Content-Type": "multipart/form-data; boundary=B"]) { own, _ in own })
    }

    private static func imported(_ form: String, _ client: BulkClient) async throws -> BulkClient.Answer {
        let answer = try await send(form, client)
        guard answer.status == 202, let job = answer["job_id"] else {
            throw BulkClient.Unexpected(answer: answer)
        }
        return try await client.ended(job)
    }

    @Test(
        "the parts may come in either order, in any format, and options may be left out",
        arguments: DatabaseKind.allCases)
    func orders(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let mapping =
            #"{"mapping": {"Title": "name", "Kind": "type", "Doc": {"type": "json", "field": "metadata"}}}"#
        let files = [
            ("a.csv", "Title,Kind,Doc\nN1,image,\"{\"\"a\"\":1}\"\n"),
            ("a.json", #"[{"Title": "N1", "Kind": "image", "Doc": {"a": 1}}]"#),
            ("a.ndjson", "{\"Title\": \"N1\", \"Kind\": \"image\", \"Doc\": {\"a\": 1}}\n"),
        ]
        var number = 0
        for (name, file) in files {
            for fileFirst in [true, false] {
                number += 1
                let form = Self.form(
                    file.replacing("N1", with: "N\(number)"), name: name, options: mapping,
                    fileFirst: fileFirst)
                let job = try await Self.imported(form, client)
                #expect(job.int("progress.successful") == 1, "\(name) \(fileFirst): \(job.text)")
            }
        }
        let job = try await Self.imported(Self.form("\n\nname,type\nPlain,video\n"), client)
        #expect(job.int("progress.total") == 1)
        #expect(try await resources.count() == 7)
        let documents = try await client.send("GET", "/resources?name_like=N_&sort=name")
        #expect((0..<6).allSatisfy { documents.int("data.\($0).metadata.a") == 1 }, "\(documents.text)")
    }

    @Test(
        "a dry run reports what would become of each record, and changes nothing",
        arguments: DatabaseKind.allCases)
    func dryRun(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        try await resources.insert(1..<3)
        let server = try await resources.start()
        let client = resources.client(server)
        let file = "name,type\nName 1,video\nNew,image\nBad,vase\nNew,image\n"
        let options = #"{"upsert": true, "upsert_key": "name", "dry_run": true}"#
        let job = try await Self.imported(Self.form(file, options: options), client)
        #expect(job.bool("dry_run") == true, "\(job.text)")
        #expect(job.int("progress.successful") == 3 && job.int("progress.failed") == 1, "\(job.text)")
        let id = try #require(job["id"])
        let records = try await client.send("GET", "/jobs/\(id)/records")
        let actions = (records.at("records") as? [[String: Any]] ?? []).map { $0["action"] as? String }
        #expect(
            actions == ["updated", "created", nil, "unchanged"]
                || actions == ["updated", "created", nil, "updated"], "\(records.text)")
        #expect(try await resources.count() == 2)
        #expect(try await resources.rows("SELECT DISTINCT type FROM resources") == ["document"])
    }

    @Test(
        "lenient trims, reads over unknown columns with a warning, and ignores case",
        arguments: DatabaseKind.allCases)
    func lenient(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let file = " name ,type,colour\n  A  , IMAGE ,red\nB,vase,blue\n"
        let strict = try await Self.send(Self.form(file), client)
        #expect(strict.status == 400 && strict.text("error.code") == "UNKNOWN_COLUMN", "\(strict.text)")
        let answer = try await Self.send(Self.form(file, options: #"{"validation": "lenient"}"#), client)
        #expect(answer.status == 202, "\(answer.text)")
        let warnings = answer.at("warnings") as? [String] ?? []
        #expect(warnings.contains { $0.contains("colour") }, "\(answer.text)")
        let job = try await client.ended(try #require(answer["job_id"]))
        #expect(job.int("progress.successful") == 1 && job.int("progress.failed") == 1)
        #expect(try await resources.rows("SELECT name, type FROM resources") == ["A|image"])
    }

    @Test(
        "validate_before_import: one faulty record, and nothing is imported", arguments: DatabaseKind.allCases
    )
    func validated(on kind: DatabaseKind) async throws {
        let resources = try await ResourceBench(on: kind)
        let server = try await resources.start()
        let client = resources.client(server)
        let body =
            #"{"resources": [{"name": "A", "type": "image"}, {"name": "B", "type": "vase"}, {"type": "image"}], "options": OPTIONS}"#
        let refused = try await client.post(
            "/bulk/resources", body.replacing("OPTIONS", with: #"{"validate_before_import": true}"#))
        #expect(refused.status == 400, "\(refused.text)")
        #expect(refused.text("error.code") == "VALIDATION_ERROR")
        let details = refused.at("error.details") as? [[String: Any]] ?? []
        #expect(details.compactMap { $0["record"] as? Int } == [2, 3], "\(refused.text)")
        #expect(details.compactMap { $0["field"] as? String } == ["type", "name"])
        #expect(try await resources.count() == 0)
        let taken = try await client.post("/bulk/resources", body.replacing("OPTIONS", with: "{}"))
        #expect(taken.status == 202)
        let job = try await client.ended(try #require(taken["job_id"]))
        #expect(job.int("progress.successful") == 1 && job.int("progress.failed") == 2)
    }

    @Test("a bulk body is limited by its records, and its array goes by the table's name or records")
    func bulkBodies() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        func records(_ count: Int) -> String {
            (0..<count).map { #"{"name": "N \#($0)", "type": "image"}"# }.joined(separator: ",")
        }
        let tooMany = try await client.post("/bulk/resources", #"{"records": [\#(records(10_001))]}"#)
        #expect(tooMany.status == 413 && tooMany.text.contains("10000"), "\(tooMany.text.prefix(200))")
        #expect(try await resources.count() == 0)
        for body in [
            "[]", "{}", #"{"rows": []}"#, #"{"records": 1}"#, #"{"records": [], "resources": []}"#,
            #"{"records": [], "options": {"upsret": true}}"#, #"{"records": [1}"#, #"{"records": [] } x"#,
        ] {
            let answer = try await client.post("/bulk/resources", body)
            #expect(answer.status == 400, "\(body): \(answer.status) \(answer.text)")
        }
        let most = try await client.post(
            "/bulk/resources", #"{"options": {}, "records": [\#(records(10_000))]}"#)
        #expect(most.status == 202, "\(most.text)")
        let job = try await client.ended(try #require(most["job_id"]))
        #expect(job.int("progress.successful") == 10_000)
        #expect(try await resources.count() == 10_000)
    }

    @Test("gzip files are taken, whichever way they are announced")
    func gzip() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        try resources.bench.folder.write("name,type\nA,image\nB,image\n", to: "a.csv")
        try resources.bench.folder.write("name,type\nC,image\n", to: "c.csv")
        let script = """
            gzip a.csv c.csv
            for file in 'a.csv.gz' 'c.csv.gz;type=application/gzip'; do
                curl -s "$URL/v1/import/resources" -H "Authorization: Bearer $KEY" -F "file=@$file" | jq .total_rows
            done
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: resources.bench.folder.path,
            environment: ["URL": server.url, "KEY": resources.bench.key])
        #expect(run.output == "2\n1\n", "\(run.output) \(run.errors)")
    }
}
