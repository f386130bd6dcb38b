import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite struct RecordAnswerTests {
    private let answer = RecordAnswer(path: "/v1/resources", baseURL: "http://h", table: "resources")

    private func outcome(_ results: BatchResult...) -> BatchOutcome {
        BatchOutcome(
            results: results, isUndone: false, duration: .zero, job: nil, keyColumns: ["resources": "id"])
    }

    private func text(_ answer: Answer) -> String {
        guard case .bytes(let bytes) = answer.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a new record is told with its address")
    func created() throws {
        let made = try answer.make(
            outcome(.done(.created, record: Array(#"{"id":"res/1","n":1}"#.utf8)))
        ).get()
        #expect(made.status == 201)
        #expect(made.headers.contains(Header("Location", "http://h/v1/resources/res%2F1")))
        #expect(text(made) == "{\"data\":{\"id\":\"res/1\",\"n\":1}}\n")
    }

    @Test(
        "the address is that of the request where the record was named by it",
        arguments: [
            ("/v1/resources/7", "{\"id\":7}", "http://h/v1/resources/7"),
            ("/v1/resources/", "{\"id\":7}", "http://h/v1/resources/7"),
            ("/v1/tables/jobs", "{\"id\":\"a b\"}", "http://h/v1/tables/jobs/a%20b"),
        ])
    func address(path: String, record: String, location: String) throws {
        let answer = RecordAnswer(path: path, baseURL: "http://h", table: "resources")
        let made = try answer.make(outcome(.done(.created, record: Array(record.utf8)))).get()
        #expect(made.headers.last == Header("Location", location))
    }

    @Test("a changed or read record is told, a deleted one leaves nothing to tell")
    func others() throws {
        let record = Array(#"{"id":"r"}"#.utf8)
        for result in [
            BatchResult.done(.updated, record: record), .done(.unchanged, record: record),
            .read(record: record),
        ] {
            let made = try answer.make(outcome(result)).get()
            #expect(made.status == 200)
            #expect(!made.headers.contains { $0.name == "Location" })
            #expect(text(made) == "{\"data\":{\"id\":\"r\"}}\n")
        }
        let deleted = try answer.make(outcome(.done(.deleted, record: []))).get()
        #expect(deleted.status == 204)
        #expect(text(deleted).isEmpty)
    }

    @Test("what was not done is a refusal")
    func refused() {
        let refusal = Refusal(.lockedRecord, "locked")
        #expect(throws: refusal) { try answer.make(outcome(.failed(refusal))).get() }
        let late = #expect(throws: Refusal.self) { try answer.make(outcome(.timedOut)).get() }
        #expect(late?.code == .timeout)
        #expect(throws: Refusal.self) { try answer.make(outcome()).get() }
    }

    @Test("a page says whether there is another one, and where")
    func page() throws {
        let full = RecordAnswer.list(
            RecordPage(records: [Array("{\"a\":1}".utf8), Array("{\"a\":2}".utf8)], next: [2]), next: "tok")
        let value = try JSONParser.parse(Array(text(full).utf8), limits: Limits())
        #expect(value["data"] == [["a": 1], ["a": 2]])
        #expect(
            value["meta"]?["next_cursor"] == "tok" && value["meta"]?["has_more"] == true
                && value["meta"]?["count"] == 2)
        let empty = RecordAnswer.list(RecordPage(records: [], next: nil), next: nil)
        let none = try JSONParser.parse(Array(text(empty).utf8), limits: Limits())
        #expect(none["data"] == [] && none["meta"]?["next_cursor"] == .null)
        #expect(none["meta"]?["has_more"] == false)
    }
}
