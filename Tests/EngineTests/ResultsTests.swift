import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Results of write jobs")
struct ResultsTests {
    private static let added = "_record,_status,_action,_id,_error_code,_error,_column,_retryable"
    private static let input = "name,id,_status\na,1,old\n\"\",2,\n,3,x\n\"q\"\"x\",1,\n"

    private func ended(
        _ text: String, _ operation: BulkModel.Operation = .insert, format: ContentFormat = .csv
    ) async throws -> (EngineFixture, Job) {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(text, operation, format: format)
        await RunnerTests.run(job, in: fixture)
        return (fixture, job)
    }

    /// Lines without the text of messages, which is not ours.
    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test("show the upload's own cells as they were quoted, and the outcome of each record")
    func showsAll() async throws {
        let (fixture, job) = try await ended(Self.input)
        let shown = lines(try await fixture.results(job))
        #expect(shown.count == 5)
        #expect(shown[0] == "name,id,\(Self.added)")
        #expect(shown[1] == "a,1,1,success,created,1,,,,")
        #expect(shown[2] == "\"\",2,2,success,created,2,,,,")
        #expect(shown[3].hasPrefix(",3,3,error,,3,MISSING_VALUE,"))
        #expect(shown[3].hasSuffix(",name,false"))
        #expect(shown[4].hasPrefix("\"q\"\"x\",1,4,error,,1,DUPLICATE_KEY,"))
    }

    @Test("come in parts; the failed part can be sent again")
    func showsParts() async throws {
        let (fixture, job) = try await ended(Self.input)
        let failed = try await fixture.results(job, ResultRequest(part: .failed))
        #expect(lines(failed).count == 3)
        #expect(lines(try await fixture.results(job, ResultRequest(part: .successful))).count == 3)
        #expect(lines(try await fixture.results(job, ResultRequest(part: .unprocessed))).count == 1)
        let again = try await fixture.closedJob(failed.replacing(",3,3", with: "b,3,3"), .upsert)
        await RunnerTests.run(again, in: fixture)
        #expect(fixture.stored(again).counts.succeeded == 2)
    }

    @Test("show generated keys")
    func showsGeneratedKeys() async throws {
        let (fixture, job) = try await ended("name\na\n\nb\n")
        let shown = lines(try await fixture.results(job))
        #expect(shown.dropFirst() == ["a,1,success,created,1,,,,", "b,2,success,created,2,,,,"])
    }

    @Test("of a running job hold what has an outcome; the rest is in unprocessed only")
    func showsRunning() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(50), chunkRecords: 10)
        fixture.store.beforeApply.withLock { hook in
            hook = { chunk in
                guard chunk.firstRecord == 31 else { return }
                fixture.store.state.withLock { $0.failures = [$0.calls + 1: StoreError(.busy, "busy")] }
            }
        }
        await DataRunner(core: fixture.engine.core).drain()
        #expect(lines(try await fixture.results(job)).count == 31)
        #expect(lines(try await fixture.results(job, ResultRequest(part: .unprocessed))).count == 21)
        _ = try await fixture.engine.abort(job.id, by: fixture.caller)
        let all = lines(try await fixture.results(job))
        #expect(all.count == 51)
        #expect(all[31] == "31,name 31,31,unprocessed,,31,,,,")
    }

    @Test("are rendered as objects too, what was absent left out")
    func showsObjects() async throws {
        let (fixture, job) = try await ended("name,id\na,1\n#N/A,2\n,3\n")
        let shown = lines(try await fixture.results(job, ResultRequest(format: .ndjson)))
        #expect(shown.count == 3)
        let success =
            #""_record":1,"_status":"success","_action":"created","_id":"1","#
            + #""_error_code":null,"_error":null,"_column":null,"_retryable":null}"#
        #expect(shown[0] == #"{"name":"a","id":"1","# + success)
        #expect(
            shown[1].hasPrefix(
                #"{"name":null,"id":"2","_record":2,"_status":"error","_action":null,"_id":"2","#))
        #expect(shown[2].hasPrefix(#"{"id":"3","_record":3,"_status":"error","#))
        let array = try await fixture.results(job, ResultRequest(format: .json))
        #expect(array.hasPrefix("[\n{") && array.hasSuffix("}\n]\n"))
        let parsed = try JSONParser.parse(Array(array.utf8), limits: Limits())
        #expect(parsed.array?.count == 3)
    }

    @Test("of objects keep the members as written, bad ones and unknown keys too")
    func showsOwnObjects() async throws {
        let text = """
            {"id": 1, "name": "a\\u0041\\n", "_status": "old"}
            {"id": 2, "nope": {"x": [1, "}"]}}
            {"id": 3, "name":
            {"name": "c"}

            """
        let (fixture, job) = try await ended(text, format: .ndjson)
        let shown = lines(try await fixture.results(job))
        #expect(shown.count == 4)
        #expect(
            shown[0].hasPrefix(
                #"{"id": 1,"name": "a\u0041\n","_record":1,"_status":"success","_action":"created","_id":1,"#)
        )
        #expect(shown[1].hasPrefix(#"{"id": 2,"nope": {"x": [1, "}"]},"_record":2,"_status":"error","#))
        #expect(
            shown[2].hasPrefix(
                #"{"_raw":"{\"id\": 3, \"name\":","_record":3,"_status":"error","_action":null,"_id":null,"#))
        #expect(shown[3].contains(#""_action":"created","_id":"#))
        for line in shown { _ = try JSONParser.parse(Array(line.utf8), limits: Limits()) }
    }

    @Test("of a record that is too large have empty cells and its outcome")
    func showsLargeRecords() async throws {
        let fixture = try EngineFixture { $0.recordBytesMax = 64 }
        let job = try await fixture.closedJob("id,name\n1,a\n2,\(String(repeating: "x", count: 500))\n3,c\n")
        await RunnerTests.run(job, in: fixture)
        let shown = lines(try await fixture.results(job))
        #expect(shown.count == 4)
        #expect(shown[2].hasPrefix(",,2,error,,,RECORD_TOO_LARGE,"))
    }

    @Test(
        "come page by page, each with its header", arguments: [ResultRequest.Part.all, .failed, .successful])
    func pages(part: ResultRequest.Part) async throws {
        let text = "id,name\n" + (1...300).map { $0 % 3 == 0 ? "\($0),\n" : "\($0),n\n" }.joined()
        let (fixture, job) = try await ended(text)
        let whole = lines(try await fixture.results(job, ResultRequest(part: part)))
        var paged: [String] = []
        var next: Int? = 1
        while let first = next {
            let request = ResultRequest(part: part, firstRecord: first, recordsMax: 7)
            let stream = try await fixture.engine.results(of: job.id, for: fixture.caller, request)
            let page = lines(try await fixture.results(job, request))
            #expect(page.first == whole.first)
            #expect(stream.recordCount == page.count - 1)
            #expect(page.count <= 8)
            paged += page.dropFirst()
            next = stream.nextRecord
        }
        #expect(paged == Array(whole.dropFirst()))
    }

    @Test("of a damaged upload keep the outcomes")
    func survivesDamage() async throws {
        let (fixture, job) = try await ended(EngineFixture.csv(30))
        try Damage.cut(fixture.engine.core.folder.upload(of: job.id), to: nil)
        let shown = lines(try await fixture.results(job))
        #expect(shown.count == 31)
        #expect(shown[1] == ",,1,success,created,,,,,")
    }

    @Test("are refused while the job is open, in a format it has not, and once they are swept")
    func refuses() async throws {
        let fixture = try EngineFixture()
        let open = try await fixture.create()
        await #expect(throws: Refusal.self) { try await fixture.results(open) }
        let job = try await fixture.closedJob("{\"id\":1,\"name\":\"a\"}\n", format: .ndjson)
        await RunnerTests.run(job, in: fixture)
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.results(job, ResultRequest(format: .csv))
        }
        #expect(refusal?.issue == "unsupported_format")
        try await fixture.store.sweep(job.id)
        let swept = await #expect(throws: Refusal.self) { try await fixture.results(job) }
        #expect(swept?.code == .resultsExpired)
    }
}

@Suite("CSV renderer")
struct CSVRendererTests {
    /// The line of one record: cells with their kinds, laid out as a decoder does.
    private func line(_ cells: [(String, FieldKind)], padding: Int) -> String {
        var bytes: [UInt8] = []
        var fields: [Field] = []
        for (text, kind) in cells {
            let start = UInt32(bytes.count)
            bytes += Array(text.utf8)
            fields.append(Field(start: start, length: UInt32(text.utf8.count), kind: kind))
            bytes += Array(repeating: UInt8(ascii: ";"), count: padding)
        }
        bytes.removeLast(padding)
        let spec = JobSpec(tenant: TenantID("a"), dialect: "bulk-jobs", operation: .update, table: "t")
        var renderer = CSVRenderer(
            header: ["id", "name", "note"], delimiter: UInt8(ascii: ";"), keyColumn: "id",
            added: ResultColumns(ResultNames(spec, table: nil)))
        let place = RecordPlace(start: 0, length: UInt32(bytes.count), lineOffset: 0)
        bytes.withUnsafeBytes { bytes in
            renderer.render(
                RenderedRecord(
                    bytes: bytes, fields: fields[...], place: place, isWellFormed: true, number: 7,
                    outcome: .done(.updated, key: nil)))
        }
        return String(decoding: renderer.bytes, as: UTF8.self)
    }

    @Test("gives the same line by the short way and by the long one")
    func agrees() {
        for cells in [["1", "a", "b"], ["", "", ""], ["1", "", "é"]] {
            let bare = cells.map { ($0, FieldKind.bare) }
            let short = line(bare, padding: 1)
            #expect(short == line(bare, padding: 2))
            #expect(short == "\(cells.joined(separator: ";"));7;success;updated;\(cells[0]);;;;\n")
        }
        #expect(line([("1", .bare), ("a", .quoted), ("", .quoted)], padding: 1).hasPrefix("1;\"a\";\"\";7;"))
    }
}
