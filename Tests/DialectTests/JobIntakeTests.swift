import BulkModel
import Formats
import Testing

@testable import Dialects

@Suite struct JobIntakeTests {
    private let tenant = TenantID("t1")

    private func spec(_ body: JSONValue) throws(Refusal) -> JobSpec {
        try JobIntake.spec(body, tenant: tenant, limits: Limits())
    }

    private func faultyFields(_ body: JSONValue) -> [String] {
        do {
            _ = try spec(body)
            return []
        } catch {
            return error.details.compactMap(\.field)
        }
    }

    @Test("the body printed in the spec becomes a query job with the defaults")
    func printedBody() throws {
        let made = try spec(["operation": "query", "object": "sales", "content_type": "CSV"])
        #expect(made == JobSpec(tenant: tenant, dialect: "bulk-jobs", operation: .query, table: "sales"))
    }

    @Test("every field is read")
    func allFields() throws {
        let made = try spec([
            "operation": "upsert", "object": "customers", "content_type": "CSV", "compression": "GZIP",
            "key": "email", "column_delimiter": "TAB", "assume": ["empty_is": "null"],
        ])
        #expect(made.operation == .upsert)
        #expect(made.compression == .gzip)
        #expect(made.key == "email")
        #expect(made.delimiter == UInt8(ascii: "\t"))
        #expect(made.emptyIs == .null)
    }

    @Test("null counts as not there")
    func nullIsAbsent() throws {
        #expect(try spec(["operation": "query", "object": "sales", "query": nil]).query == nil)
    }

    @Test(
        "all faulty fields are named at once",
        arguments: [
            ([:], ["operation", "object"]),
            (["operation": "merge", "object": "sales"], ["operation"]),
            (["operation": 1, "object": ["a"]], ["operation", "object"]),
            (["operation": "insert", "object": ""], ["object"]),
            (
                ["operation": "insert", "object": "sales", "content_type": "csv", "speed": 3],
                ["content_type", "speed"]
            ),
            (["operation": "insert", "object": "sales", "query": "SELECT 1"], ["query"]),
            (["operation": "insert", "object": "sales", "key": "id"], ["key"]),
            (
                ["operation": "insert", "object": "s", "content_type": "JSON", "column_delimiter": ","],
                ["column_delimiter"]
            ),
            (["operation": "insert", "object": "s", "column_delimiter": "#"], ["column_delimiter"]),
            (["operation": "insert", "object": "s", "assume": "null"], ["assume"]),
            (
                ["operation": "insert", "object": "s", "assume": ["empty_is": "x", "y": 1]],
                ["assume.empty_is", "assume.y"]
            ),
            (["operation": "query", "object": "s", "assume": ["empty_is": "null"]], ["assume.empty_is"]),
        ] as [(JSONValue, [String])])
    func faults(body: JSONValue, fields: [String]) {
        #expect(faultyFields(body) == fields)
    }

    @Test("a body that is no object is refused as such", arguments: [.null, 1, "x", []] as [JSONValue])
    func notAnObject(body: JSONValue) {
        #expect(throws: Refusal.self) { try spec(body) }
        #expect(throws: Refusal.self) { try JobIntake.state(body) }
    }

    @Test("a query over the limit is refused")
    func longQuery() {
        let sql = String(repeating: "x", count: Limits().queryBytesMax + 1)
        #expect(faultyFields(["operation": "query", "object": "s", "query": .string(sql)]) == ["query"])
    }

    @Test("the two states that a caller may ask for are read, others refused")
    func states() throws {
        #expect(try JobIntake.state(["state": "UploadComplete"]) == .uploadComplete)
        #expect(try JobIntake.state(["state": "Aborted"]) == .aborted)
        for body: JSONValue in [["state": "InProgress"], ["state": 1], [:], ["state": "Aborted", "x": 1]] {
            #expect(throws: Refusal.self) { try JobIntake.state(body) }
        }
    }
}
