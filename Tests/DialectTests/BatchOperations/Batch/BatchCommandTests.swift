import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import Dialects

@Suite struct BatchCommandTests {
    private func command(_ text: String, limits: Limits = Limits()) throws -> BatchCommand {
        let body = try JSONParser.parse(Array(text.utf8), limits: limits)
        return try BatchCommand(
            body, dialect: "d", limits: limits, webhooks: WebhookIntake { $0 }, lists: .testing)
    }

    private func refusal(_ text: String, limits: Limits = Limits()) throws -> Refusal? {
        do {
            _ = try command(text, limits: limits)
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }

    /// A batch with one good operation and these options.
    private static func with(options: String) -> String {
        #"{"operations": [{"method": "DELETE", "path": "/r/1"}], "options": {\#(options)}}"#
    }

    @Test("the spec's batch is read as printed")
    func spec() throws {
        let command = try command(
            #"""
            {"operations": [
              {"id": "op1", "method": "POST", "path": "/resources",
               "body": {"name": "Resource 1", "type": "document"}},
              {"id": "op3", "method": "PATCH", "path": "/resources/existing_123", "body": {"status": "archived"}}
            ], "options": {"atomic": true, "continue_on_error": false}}
            """#)
        let operations = command.request.operations
        #expect(operations.map(\.id) == ["op1", "op3"])
        #expect(operations.map(\.kind) == [.create, .patch])
        #expect(operations.map(\.table) == ["resources", "resources"])
        #expect(operations.map(\.record) == [nil, "existing_123"])
        #expect(operations[0].body == [.init("name", "Resource 1"), .init("type", "document")])
        #expect(command.request.isAtomic)
        #expect(!command.request.continuesOnError)
        #expect(command.originals.map(\.method) == ["POST", "PATCH"])
        #expect(command.originals[1].path == "/resources/existing_123")
        #expect(command.originals[1].body == ["status": "archived"])
    }

    @Test("each method is a kind of operation, and ids follow from the position")
    func methods() throws {
        let command = try command(
            #"""
            {"operations": [
              {"method": "POST", "path": "/r", "body": {}}, {"method": "PATCH", "path": "/r/1", "body": {}},
              {"method": "PUT", "path": "/r/1", "body": {}, "depends_on": ["op1"]},
              {"method": "DELETE", "path": "/r/1"}, {"method": "GET", "path": "/r/1"}]}
            """#)
        #expect(command.request.operations.map(\.kind) == [.create, .patch, .replace, .delete, .read])
        #expect(command.request.operations.map(\.id) == ["op1", "op2", "op3", "op4", "op5"])
        #expect(command.request.operations[2].dependsOn == ["op1"])
        #expect(command.originals[3].body == nil)
    }

    @Test("GET of a table is a list, read as a request of its own would be")
    func lists() throws {
        let operations = try command(
            #"""
            {"operations": [{"method": "GET", "path": "/v1/r?status=a%20b&sort=-name&limit=7"},
                            {"method": "GET", "path": "/tables/r"}]}
            """#
        ).request.operations
        #expect(operations.map(\.kind) == [.list, .list])
        #expect(operations.map(\.table) == ["r", "r"])
        #expect(operations.allSatisfy { $0.record == nil })
        let list = try #require(operations[0].list)
        let request = try list.request(list.items, ["name", "status"]).get()
        let sort = [ListRequest.Sort(column: "name", isDescending: true)]
        #expect(request.limit == 7 && request.sort == sort)
        guard case .term(let term) = request.filter else { throw Refusal(.internalError, "no single term") }
        #expect(term.column == "status" && term.value == "a b")
        #expect(throws: Refusal.self) { try list.request(list.items, ["name"]).get() }
        let plain = try #require(operations[1].list)
        #expect(try plain.request(plain.items, ["name"]).get().filter == .all([]))
    }

    @Test("options that are left out have their defaults")
    func defaults() throws {
        let command = try command(Self.with(options: ""))
        #expect(!command.request.isAtomic)
        #expect(command.request.continuesOnError)
        #expect(command.request.timeout == Limits().batchTimeoutDefault)
        #expect(command.request.isSoftDelete == nil)
        #expect(command.request.resolvesReferences)
        #expect(command.request.job == nil)
        #expect(!command.showsFailuresOnly)
    }

    @Test("options say what they say")
    func options() throws {
        let command = try command(
            Self.with(
                options: #"""
                    "continue_on_error": false, "parallel": 5, "timeout_ms": 1500, "suppress_success": true,
                    "soft_delete": false
                    """#))
        #expect(!command.request.continuesOnError)
        #expect(command.request.timeout == .milliseconds(1500))
        #expect(command.request.isSoftDelete == false)
        #expect(command.showsFailuresOnly)
    }

    @Test("an atomic batch ends at the first error, whether that is said or not")
    func atomic() throws {
        #expect(try !command(Self.with(options: #""atomic": true"#)).request.continuesOnError)
    }

    @Test(
        "an option out of its range, of another type or of no meaning is refused by name",
        arguments: [
            (#""atomic": true, "continue_on_error": true"#, "options.continue_on_error"),
            (#""atomic": 1"#, "options.atomic"), (#""parallel": 0"#, "options.parallel"),
            (#""parallel": 65"#, "options.parallel"), (#""timeout_ms": 0"#, "options.timeout_ms"),
            (#""timeout_ms": 300001"#, "options.timeout_ms"),
            (#""soft_delete": "yes""#, "options.soft_delete"),
            (#""suppress_sucess": true"#, "options.suppress_sucess"),
        ])
    func badOption(options: String, field: String) throws {
        let refusal = try #require(try refusal(Self.with(options: options)))
        #expect(refusal.code == .invalidRequest)
        #expect(refusal.details.map(\.field) == [field])
    }

    @Test(
        "a faulty operation is refused with its place",
        arguments: [
            (#"{"path": "/r/1"}"#, ["operations.0.method"]),
            (#"{"method": "delete", "path": "/r/1"}"#, ["operations.0.method"]),
            (#"{"method": "HEAD", "path": "/r/1"}"#, ["operations.0.method"]),
            (#"{"method": "DELETE"}"#, ["operations.0.path"]),
            (#"{"method": "DELETE", "path": "/r"}"#, ["operations.0.path"]),
            (#"{"method": "POST", "path": "/r/1", "body": {}}"#, ["operations.0.path"]),
            (#"{"method": "GET", "path": "/r/1?a=1"}"#, ["operations.0.path"]),
            (#"{"method": "GET", "path": "/r?a=1&a=2"}"#, ["operations.0.path"]),
            (#"{"method": "GET", "path": "/r?a=%zz"}"#, ["operations.0.path"]),
            (#"{"method": "GET", "path": "/r#a"}"#, ["operations.0.path"]),
            (#"{"method": "GET", "path": "/r?a=1", "body": {}}"#, ["operations.0.body"]),
            (#"{"method": "PATCH", "path": "/r/1?a=1", "body": {}}"#, ["operations.0.path"]),
            (#"{"method": "POST", "path": "/r?a=1", "body": {}}"#, ["operations.0.path"]),
            (#"{"method": "DELETE", "path": "/../r/1"}"#, ["operations.0.path"]),
            (#"{"method": "POST", "path": "/r"}"#, ["operations.0.body"]),
            (#"{"method": "POST", "path": "/r", "body": []}"#, ["operations.0.body"]),
            (#"{"method": "DELETE", "path": "/r/1", "body": {}}"#, ["operations.0.body"]),
            (#"{"method": "GET", "path": "/r/1", "body": {}}"#, ["operations.0.body"]),
            (#"{"method": "GET", "path": "/r/1", "id": ""}"#, ["operations.0.id"]),
            (#"{"method": "GET", "path": "/r/1", "id": 5}"#, ["operations.0.id"]),
            (#"{"method": "GET", "path": "/r/1", "depends_on": "op1"}"#, ["operations.0.depends_on"]),
            (#"{"method": "GET", "path": "/r/1", "depends_on": [1]}"#, ["operations.0.depends_on"]),
            (#"{"method": "GET", "path": "/r/1", "headers": {}}"#, ["operations.0.headers"]),
            (#"{"metod": "GET"}"#, ["operations.0.method", "operations.0.path", "operations.0.metod"]),
            ("7", ["operations.0"]),
        ] as [(String, [String])])
    func badOperation(operation: String, fields: [String]) throws {
        let refusal = try #require(try refusal(#"{"operations": [\#(operation)]}"#))
        #expect(refusal.code == .invalidRequest)
        #expect(refusal.details.map(\.field) == fields)
    }

    @Test(
        "a body without operations is refused",
        arguments: [
            ("{}", ["operations"]), (#"{"operations": []}"#, ["operations"]),
            (#"{"operations": {}}"#, ["operations"]), (#"{"operations": null}"#, ["operations"]),
            (#"{"operations": [{"method": "GET", "path": "/r/1"}], "option": {}}"#, ["option"]),
            (#"{"operations": [{"method": "GET", "path": "/r/1"}], "options": []}"#, ["options"]),
        ] as [(String, [String])])
    func noOperations(body: String, fields: [String]) throws {
        #expect(try refusal(body)?.details.map(\.field) == fields)
    }

    @Test("a body that is no object is refused", arguments: ["[]", "1", "null", "\"x\""])
    func noObject(body: String) throws { #expect(try refusal(body)?.issue == "not_an_object") }

    @Test("all faults of a request come in one answer")
    func allFaults() throws {
        let text = #"""
            {"operations": [{"method": "DELETE", "path": "/r/1"}, {"method": "DELETE", "path": "/jobs/1"},
              {"method": "GET", "path": "/r/1", "x": 1}], "options": {"atomic": 1, "y": 1}, "z": 1}
            """#
        let fields = try refusal(text)?.details.compactMap(\.field) ?? []
        #expect(
            Set(fields) == ["operations.1.path", "operations.2.x", "options.atomic", "options.y", "z"])
    }

    @Test("faults beyond those that an answer lists are left out")
    func manyFaults() throws {
        var limits = Limits()
        limits.detailsMax = 5
        let bad = Array(repeating: #"{"method": "DELETE", "path": "/r"}"#, count: 20).joined(separator: ",")
        #expect(try refusal(#"{"operations": [\#(bad)]}"#, limits: limits)?.details.count == 5)
    }

    @Test(
        "each kind of operation has a bound of its own, which the refusal names",
        arguments: [
            (#"{"method": "POST", "path": "/r", "body": {}}"#, 3, "3 "),
            (#"{"method": "PATCH", "path": "/r/1", "body": {}}"#, 3, "3 "),
            (#"{"method": "DELETE", "path": "/r/1"}"#, 5, "5 "),
            (#"{"method": "GET", "path": "/r/1"}"#, 2, "2 "), (#"{"method": "GET", "path": "/r"}"#, 2, "2 "),
        ])
    func sizes(operation: String, most: Int, named: String) throws {
        var limits = Limits()
        (limits.batchWritesMax, limits.batchDeletesMax, limits.batchReadsMax) = (3, 5, 2)
        let list = { count in Array(repeating: operation, count: count).joined(separator: ",") }
        #expect(try refusal(#"{"operations": [\#(list(most))]}"#, limits: limits) == nil)
        let refusal = try #require(
            try refusal(#"{"operations": [\#(list(most + 1))]}"#, limits: limits))
        #expect(refusal.code == .payloadTooLarge)
        #expect(refusal.message.contains("over the \(named)"))
    }

    @Test("a mixed batch may have as many of each kind as that kind allows")
    func mixed() throws {
        var limits = Limits()
        (limits.batchWritesMax, limits.batchDeletesMax, limits.batchReadsMax) = (1, 1, 1)
        let text = #"""
            {"operations": [{"method": "POST", "path": "/r", "body": {}}, {"method": "DELETE", "path": "/r/1"},
              {"method": "GET", "path": "/r/1"}]}
            """#
        #expect(try command(text, limits: limits).request.operations.count == 3)
    }
}
