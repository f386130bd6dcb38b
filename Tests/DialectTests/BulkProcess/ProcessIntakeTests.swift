import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import Dialects

@Suite("The body of a bulk-process request") struct ProcessIntakeTests {
    private var limits: Limits {
        var limits = Limits()
        limits.filterDepthMax = 3
        limits.filterTermsMax = 4
        limits.recordIDsMax = 5
        return limits
    }

    private func request(_ json: String) throws -> ProcessRequest {
        let body = try JSONParser.parse(Array(json.utf8), limits: limits)
        return try ProcessIntake(table: "orders", limits: limits).request(body)
    }

    private func selection(_ json: String) throws -> ProcessRequest.Selection {
        guard case .begin(let selection) = try request(json) else { throw Unexpected() }
        return selection
    }

    private func faultyFields(_ json: String) throws -> [String] {
        do {
            _ = try request(json)
            return []
        } catch let refusal as Refusal {
            #expect(refusal.code == .invalidRequest)
            return refusal.details.compactMap(\.field)
        }
    }

    private struct Unexpected: Error {}

    private func term(
        _ column: String, _ test: FilterTest, _ value: JSONValue, _ place: String
    ) -> FilterExpression {
        .term(.init(column: column, test: test, value: value, place: place))
    }

    @Test("the first request that the spec prints updates the pending ones")
    func printedUpdate() throws {
        let made = try selection(
            #"{"operation":"status-update","filters":{"status":"PENDING"},"updates":{"status":"PROCESSING"}}"#
        )
        #expect(made.request.table == "orders")
        #expect(made.request.action == .update)
        #expect(made.request.scope == .matching(term("status", .eq, "PENDING", "filters.status")))
        #expect(made.request.updates == [JSONValue.Member("status", "PROCESSING")])
        #expect(made.options == StreamOptions())
    }

    @Test("the options that the spec prints bound the errors")
    func printedOptions() throws {
        let going = try selection(
            #"{"operation":"archive","filters":{"a":1},"options":{"continueOnError":true,"maxErrors":100}}"#)
        #expect(going.options.errorsMax == 100)
        let stopping = try selection(
            #"{"operation":"delete","filters":{"status":"CANCELLED"},"options":{"continueOnError":false}}"#)
        #expect(stopping.options.errorsMax == 1)
        #expect(stopping.request.action == .delete)
    }

    @Test("every option is read")
    func allOptions() throws {
        let made = try selection(
            #"""
            {"operation":"archive","options":{"batchSize":50,"maxErrors":1,"continueOnError":false,"maxAffected":9,
             "dryRun":true,"all":true,"onDisconnect":"continue"}}
            """#)
        var options = StreamOptions()
        (options.chunkRecords, options.errorsMax, options.recordsMax) = (50, 1, 9)
        (options.isDryRun, options.runsOnAlone) = (true, true)
        #expect(made.options == options)
        #expect(made.request.scope == .matching(.all([])))
    }

    @Test("a retry lists ids, whole numbers or texts, in the caller's order")
    func listed() throws {
        let made = try selection(#"{"operation":"archive","recordIds":["order-3",7,"order-3"]}"#)
        #expect(made.request.scope == .listed(["order-3", 7, "order-3"]))
    }

    @Test("a cursor alone is enough; with the request it is compared")
    func resumed() throws {
        #expect(try request(#"{"resumeFrom":"c.s"}"#) == .resume(cursor: "c.s", like: nil))
        let whole =
            #"{"operation":"status-update","filters":{"status":"PENDING"},"updates":{"status":"PROCESSING"}"#
        #expect(
            try request(whole + #","resumeFrom":"checkpoint-500"}"#)
                == .resume(cursor: "checkpoint-500", like: try selection(whole + "}")))
    }

    @Test("filters: a value, null, an array, operators and logic")
    func filters() throws {
        func filter(_ json: String) throws -> FilterExpression {
            let made = try selection(#"{"operation":"archive","filters":\#(json)}"#)
            guard case .matching(let expression) = made.request.scope else { throw Unexpected() }
            return expression
        }
        #expect(try filter(#"{"a":null}"#) == term("a", .eq, .null, "filters.a"))
        #expect(try filter(#"{"a":[1,2]}"#) == term("a", .among, [1, 2], "filters.a"))
        #expect(
            try filter(#"{"a":{"gte":1,"lt":9},"b":true}"#)
                == .all([
                    term("a", .gte, 1, "filters.a.gte"), term("a", .lt, 9, "filters.a.lt"),
                    term("b", .eq, true, "filters.b"),
                ]))
        #expect(
            try filter(#"{"or":[{"a":{"isNull":true}},{"not":{"b":{"like":"x%"}}}]}"#)
                == .any([
                    term("a", .isNull, true, "filters.or[0].a.isNull"),
                    .not(term("b", .like, "x%", "filters.or[1].not.b.like")),
                ]))
        #expect(
            try filter(#"{"and":[{"a":{"before":"2026-01-01"}},{"a":{"after":"2025-01-01"}}]}"#)
                == .all([
                    term("a", .before, "2026-01-01", "filters.and[0].a.before"),
                    term("a", .after, "2025-01-01", "filters.and[1].a.after"),
                ]))
    }

    @Test("of many faults as many are listed as an answer holds, and the last one counts the others")
    func countsFaults() throws {
        var limits = Limits()
        limits.detailsMax = 4
        func details(_ json: String) throws -> [Refusal.Detail] {
            let body = try JSONParser.parse(Array(json.utf8), limits: limits)
            let refusal = #expect(throws: Refusal.self) {
                try ProcessIntake(table: "orders", limits: limits).request(body)
            }
            return refusal?.details ?? []
        }
        func filter(_ count: Int) -> String {
            let terms = (1...count).map { "\"c\($0)\":{\"equals\":1}" }.joined(separator: ",")
            return "{\"operation\":\"archive\",\"filters\":{\(terms)}}"
        }
        let four = try details(filter(4)).compactMap(\.field)
        #expect(four == (1...4).map { "filters.c\($0).equals" })
        let many = try details(filter(900))
        #expect(many.compactMap(\.field) == (1...3).map { "filters.c\($0).equals" } + ["filters"])
        #expect(many.last?.message.hasPrefix("Has 897 more faults") == true)
        let ids = (1...25).map { _ in "null" }.joined(separator: ",")
        let listed = try details("{\"operation\":\"archive\",\"recordIds\":[\(ids)]}")
        #expect(listed.count == 21)
        #expect(listed.last?.message == "Has 5 more ids that are neither.")
    }

    @Test("a column called and, or or not is reached where the value is no logic")
    func namedAsLogic() throws {
        let made = try selection(
            #"{"operation":"archive","filters":{"and":{"in":[1]},"or":"x","not":3}}"#)
        #expect(
            made.request.scope
                == .matching(
                    .all([
                        term("and", .among, [1], "filters.and.in"), term("or", .eq, "x", "filters.or"),
                        term("not", .eq, 3, "filters.not"),
                    ])))
    }

    @Test(
        "all faulty fields are named at once",
        arguments: [
            (#"{}"#, ["operation", "filters"]),
            (#"{"operation":"explode","filters":{"a":1}}"#, ["operation"]),
            (#"{"operation":"insert","filters":{"a":1}}"#, ["operation"]),
            (#"{"operation":3,"filters":[],"options":1}"#, ["operation", "options", "filters"]),
            (#"{"operation":"archive"}"#, ["filters"]),
            (#"{"operation":"archive","filters":{}}"#, ["filters"]),
            (#"{"operation":"archive","filters":{"and":[]}}"#, ["filters.and"]),
            (#"{"operation":"archive","filters":{"and":[]},"options":{"all":true}}"#, ["filters.and"]),
            (#"{"operation":"archive","filters":{"or":[{"a":1},{}]}}"#, ["filters.or[1]"]),
            (#"{"operation":"archive","filters":{"not":{"or":[]},"a":{"ne":1}}}"#, ["filters.not.or"]),
            (#"{"operation":"archive","filters":{"a":1,"not":{}}}"#, ["filters.not"]),
            (
                #"{"operation":"archive","filters":{"a":1,"and":[{"and":[{}]},{"or":[]}]}}"#,
                ["filters.and[0].and[0]", "filters.and[1].or"]
            ),
            (#"{"operation":"archive","filters":{"not":{"a":{}}}}"#, ["filters.not.a"]),
            (
                #"{"operation":"archive","filters":{"not":{"a":[]},"b":{"in":[]}}}"#,
                ["filters.not.a", "filters.b.in"]
            ),
            (#"{"operation":"archive","filters":{"a":1},"recordIds":[1]}"#, ["recordIds"]),
            (#"{"operation":"archive","recordIds":[]}"#, ["recordIds"]),
            (#"{"operation":"archive","recordIds":[1,2,3,4,5,6]}"#, ["recordIds"]),
            (
                #"{"operation":"archive","recordIds":[1,"",1.5,null]}"#,
                ["recordIds[1]", "recordIds[2]", "recordIds[3]"]
            ),
            (#"{"operation":"archive","filters":{"a":1},"updates":{"b":1}}"#, ["updates"]),
            (#"{"operation":"status-update","filters":{"a":1}}"#, ["updates"]),
            (#"{"operation":"status-update","filters":{"a":1},"updates":{}}"#, ["updates"]),
            (#"{"operation":"status-update","filters":{"a":1},"updates":[1]}"#, ["updates"]),
            (#"{"operation":"archive","filters":{"a":{"equals":1}}}"#, ["filters.a.equals"]),
            (#"{"operation":"archive","filters":{"a":{}}}"#, ["filters.a"]),
            (
                #"{"operation":"archive","filters":{"a":{"in":1,"isNull":1,"like":1,"lt":null,"gt":[1]}}}"#,
                [
                    "filters.a.in", "filters.a.isNull", "filters.a.like", "filters.a.lt", "filters",
                    "filters.a.gt",
                ]
            ),
            (#"{"operation":"archive","filters":{"a":[[1]]}}"#, ["filters.a"]),
            (#"{"operation":"archive","filters":{"or":[1]}}"#, ["filters.or[0]"]),
            (
                #"{"operation":"archive","filters":{"not":{"not":{"not":{"not":{"a":1}}}}}}"#,
                ["filters.not.not.not.not"]
            ),
            (#"{"operation":"archive","filters":{"a":1,"b":1,"c":1,"d":1,"e":1}}"#, ["filters"]),
            (
                #"{"operation":"archive","filters":{"a":1},"options":{"batchSize":-1,"maxErrors":0,"maxAffected":"x"}}"#,
                ["options.batchSize", "options.maxErrors", "options.maxAffected"]
            ),
            (
                #"{"operation":"archive","filters":{"a":1},"options":{"continueOnError":false,"maxErrors":2}}"#,
                ["options.maxErrors"]
            ),
            (
                #"{"operation":"archive","filters":{"a":1},"options":{"dryrun":true,"all":1,"onDisconnect":"die"}}"#,
                ["options.onDisconnect", "options.all", "options.dryrun"]
            ),
            (#"{"operation":"archive","filter":{"a":1}}"#, ["filters", "filter"]),
            (#"{"resumeFrom":7}"#, ["resumeFrom", "operation", "filters"]),
            (#"{"resumeFrom":"c","options":{"maxErrors":5}}"#, ["operation", "filters"]),
            (#"{"resumeFrom":"c","speed":1}"#, ["speed"]),
        ])
    func faults(json: String, fields: [String]) throws {
        #expect(try faultyFields(json) == fields)
    }

    @Test("an empty part says which records it holds for, and that only options.all means every record")
    func emptyParts() throws {
        let refusal = #expect(throws: Refusal.self) {
            try request(#"{"operation":"delete","filters":{"or":[{"status":"PENDING"},{}],"not":{"or":[]}}}"#)
        }
        let messages = refusal?.details.map(\.message) ?? []
        #expect(messages.count == 2)
        #expect(messages.first?.contains(#""options": {"all": true}"#) == true)
        #expect(messages.last?.contains("no record") == true)
        let whole = try selection(#"{"operation":"delete","filters":{},"options":{"all":true}}"#)
        #expect(whole.request.scope == .matching(.all([])))
    }

    @Test("a single fault stands in the message, several are named there")
    func message() {
        let one = #expect(throws: Refusal.self) { try request(#"{"operation":"delete"}"#) }
        #expect(one?.message.hasPrefix("The request has a faulty field: filters: Nothing selects") == true)
        let two = #expect(throws: Refusal.self) { try request("{}") }
        #expect(two?.message == "The request has faulty fields: operation, filters.")
    }

    @Test("a slip of the pen gets a hint")
    func hints() throws {
        let refusal = #expect(throws: Refusal.self) {
            try request(#"{"operation":"archive","filters":{"a":{"gtee":1}},"recordids":[1]}"#)
        }
        let messages = refusal?.details.map(\.message) ?? []
        #expect(messages.contains { $0.contains("Did you mean \"gte\"?") })
        #expect(messages.contains { $0.contains("Did you mean \"recordIds\"?") })
    }

    @Test("what is no object is refused as such")
    func noObject() {
        let refusal = #expect(throws: Refusal.self) { try request("[1]") }
        #expect(refusal?.issue == "not_an_object")
    }
}
