import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import Dialects

@Suite("The body of an update by query") struct UpdateIntakeTests {
    private func request(_ json: String) throws -> UpdateIntake.Request {
        let body = try JSONParser.parse(Array(json.utf8), limits: Limits())
        let columns = ["id", "status", "metadata", "created_at"]
        return try UpdateIntake(table: "resources", columns: columns, limits: Limits()).request(body)
    }

    @Test("the request that the spec prints")
    func printed() throws {
        let made = try request(
            #"""
            {"filter":{"status":"draft","created_before":"2024-01-01T00:00:00Z"},
             "update":{"status":"archived","metadata":{"archived_at":"2024-02-01T00:00:00Z","archived_by":"system"}},
             "options":{"dry_run":false,"limit":1000}}
            """#)
        #expect(made.request.table == "resources")
        #expect(made.request.action == .update)
        #expect(made.request.mergesObjects)
        #expect(
            made.request.updates == [
                .init("status", "archived"),
                .init("metadata", ["archived_at": "2024-02-01T00:00:00Z", "archived_by": "system"]),
            ])
        var options = StreamOptions()
        options.limit = 1000
        #expect(made.options == options)
        guard case .matching(.all(let parts)) = made.request.scope else {
            Issue.record("\(made.request.scope)")
            return
        }
        #expect(parts.count == 2)
    }

    @Test("without a limit a request may change only so many records")
    func bounded() throws {
        let made = try request(#"{"filter":{"id":1},"update":{"status":"x"},"options":{"dry_run":true}}"#)
        #expect(made.options.recordsMax == Limits().bulkUpdateRecordsMax)
        #expect(made.options.limit == nil && made.options.isDryRun)
    }

    @Test("every record is meant only where that is said", arguments: ["", #""filter":{},"#])
    func all(filter: String) throws {
        let made = try request(#"{\#(filter)"update":{"status":"x"},"options":{"all":true}}"#)
        #expect(made.request.scope == .matching(.all([])))
        let refusal = #expect(throws: Refusal.self) {
            try request(#"{\#(filter)"update":{"status":"x"},"options":{"all":false}}"#)
        }
        #expect(refusal?.details.map(\.field) == ["filter"])
        #expect(refusal?.code.status == 400)
    }

    @Test(
        "all faulty fields are named at once",
        arguments: [
            (#"{}"#, ["filter", "update"]),
            (#"{"filter":[],"update":[],"options":[]}"#, ["options", "filter", "update"]),
            (#"{"filter":{"id":1},"update":{}}"#, ["update"]),
            (
                #"{"filter":{"nope":1},"update":{"a":1},"options":{"limit":0,"dryrun":true}}"#,
                ["options.limit", "options.dryrun", "filter.nope"]
            ),
            (#"{"filters":{"id":1},"update":{"a":1}}"#, ["filter", "filters"]),
        ] as [(String, [String])])
    func faults(json: String, fields: [String]) throws {
        let refusal = #expect(throws: Refusal.self) { try request(json) }
        #expect(refusal?.details.map(\.field) == fields)
        #expect(refusal?.code == .invalidRequest)
    }

    @Test("of very many unknown fields the first are told")
    func manyFields() throws {
        let others = (0..<500).map { #""x\#($0)":1"# }.joined(separator: ",")
        let refusal = #expect(throws: Refusal.self) {
            try request(#"{"filter":{"id":1},"update":{"status":"x"},\#(others)}"#)
        }
        #expect(refusal?.details.count == 100)
    }

    @Test("what the table refuses is told by the body's names")
    func named() {
        func refusal(_ fields: String...) -> Refusal {
            Refusal(
                .invalidRequest, issue: "invalid_updates", "…",
                details: fields.map { .init(field: $0, code: .validationError, message: "…") })
        }
        let values = UpdateIntake.named(refusal("updates.status", "filter.id"))
        #expect(values.details.map(\.field) == ["update.status", "filter.id"])
        #expect(values.code == .validationError)
        let other = UpdateIntake.named(refusal("key"))
        #expect(other.code == .invalidRequest)
        #expect(other.details.map(\.field) == ["key"])
        #expect(UpdateIntake.named(Refusal(.tableNotFound, "…")).code == .tableNotFound)
    }
}
