import BulkModel
import Formats
import Planning
import Testing

@Suite("Documents that are merged")
struct DocumentMergeTests {
    private static let now = Timestamp(unixSeconds: 1_721_053_801)

    private func plan(
        _ updates: [JSONValue.Member], merges: Bool = true, rules: TableRules = TableRules(),
        action: SelectionAction = .update
    ) throws -> SelectionPlan {
        var request = SelectionRequest(
            table: "orders", action: action, scope: .matching(.all([])), updates: updates)
        request.mergesObjects = merges
        return try SelectionPlanner.plan(
            request, tenant: TenantID("acme"), catalog: Catalog(tables: [orders], rules: ["orders": rules]),
            limits: Limits())
    }

    private func record(_ key: String, _ documents: [String?]) -> SelectedRecord {
        var record = SelectedRecord(key: .text(key))
        record.documents = documents
        return record
    }

    @Test(
        "Given members take the place of those of their name, others stay, new ones come last",
        arguments: [
            (#"{"a":1,"b":{"c":2},"d":null}"#, #"{"a":1,"b":{"x":9},"d":null,"new":"é"}"#),
            (#"{ "new" : "old" , "b":[] }"#, #"{"new":"é","b":{"x":9}}"#),
            (#"{}"#, #"{"b":{"x":9},"new":"é"}"#), (nil, #"{"b":{"x":9},"new":"é"}"#),
            ("[1,2]", #"{"b":{"x":9},"new":"é"}"#), ("7", #"{"b":{"x":9},"new":"é"}"#),
            ("null", #"{"b":{"x":9},"new":"é"}"#),
            (#"{"n":1.50,"t":"\u00e4\n"}"#, #"{"n":1.50,"t":"ä\n","b":{"x":9},"new":"é"}"#),
            // Nothing differs: the document stays as it was written.
            (#"{ "new":"é", "b": {"x":9}, "z":1.0 }"#, #"{ "new":"é", "b": {"x":9}, "z":1.0 }"#),
        ])
    func merged(document: String?, expected: String) throws {
        let plan = try plan([.init("meta", ["b": ["x": 9], "new": "é"])])
        #expect(plan.standing.documents.map(\.name) == ["meta"])
        let batch = plan.batch(of: [record("a", [document])], firstRecord: 1, now: Self.now)
        #expect(batch.words(0, 1) == "text " + expected)
        #expect(batch.faults.isEmpty)
    }

    @Test("Members of an object count as the same in whatever order they stand")
    func order() throws {
        let plan = try plan([.init("meta", ["a": ["x": 1, "y": [["p": 1, "q": 2]]]])])
        let same = #"{"a":{"y":[{"q":2,"p":1}],"x":1}}"#
        let other = #"{"a":{"y":[{"q":2,"p":1},3],"x":1}}"#
        let batch = plan.batch(
            of: [record("a", [same]), record("b", [other])], firstRecord: 1, now: Self.now)
        #expect(batch.words(0, 1) == "text " + same)
        #expect(batch.words(1, 1) == #"text {"a":{"x":1,"y":[{"p":1,"q":2}]}}"#)
    }

    @Test("Each record has its own document; what all share is written once")
    func several() throws {
        let rules = TableRules(lock: MarkRule(column: "locked_until"))
        let plan = try plan(
            [.init("status", "DONE"), .init("meta", ["n": 1]), .init("quantity", 2)], rules: rules)
        var locked = record("b", [#"{"b":1}"#])
        locked.isLocked = true
        let batch = plan.batch(
            of: [record("a", [#"{"a":1}"#]), locked, record("c", [nil])], firstRecord: 5, now: Self.now)
        #expect(batch.columns.map(\.column.name) == ["id", "status", "meta", "quantity"])
        #expect(
            (0..<4).map { batch.words(0, $0) } == [
                "text a", "text DONE", #"text {"a":1,"n":1}"#, "int 2",
            ])
        #expect((0..<4).map { batch.words(1, $0) } == Array(repeating: "absent", count: 4))
        #expect(batch.words(2, 2) == #"text {"n":1}"#)
        #expect(batch.values[1] == batch.values[9])
        #expect(batch.faults.map(\.index) == [1])
    }

    @Test(
        "What is no JSON, or was not read, is never overwritten",
        arguments: [["not json"], [""], [#"{"a":1"#], [#"{"a":1,"a":2}"#], []] as [[String?]])
    func unreadable(documents: [String?]) throws {
        let plan = try plan([.init("meta", ["n": 1]), .init("status", "DONE")])
        let batch = plan.batch(
            of: [record("a", documents), record("b", ["{}"])], firstRecord: 9, now: Self.now)
        let fault = try #require(batch.faults.first)
        #expect(batch.faults.count == 1)
        #expect(fault.index == 0)
        #expect(fault.fault.code == .invalidValue)
        #expect(fault.fault.column == "meta")
        #expect(fault.fault.position.record == 9)
        #expect(batch.words(0, 0) == "absent")
        #expect(batch.words(1, 0) == "text b")
        #expect(batch.words(1, 1) == #"text {"n":1}"#)
    }

    @Test("Only objects for JSON columns are merged, and only where that is asked for")
    func only() throws {
        #expect(try plan([.init("meta", ["n": 1])], merges: false).standing.documents.isEmpty)
        #expect(try plan([.init("meta", [1])]).standing.documents.isEmpty)
        #expect(try plan([.init("meta", nil)]).standing.documents.isEmpty)
        #expect(try plan([.init("status", ["n": 1])]).standing.documents.isEmpty)
        let whole = try plan([.init("meta", ["n": 1])], merges: false)
        let batch = whole.batch(of: [record("a", [])], firstRecord: 1, now: Self.now)
        #expect(batch.words(0, 1) == #"text {"n":1}"#)
    }

    @Test("Merging is part of what a request asks for")
    func asksTheSame() {
        let request = SelectionRequest(
            table: "orders", action: .update, scope: .listed([1]), updates: [.init("meta", ["n": 1])])
        var merging = request
        merging.mergesObjects = true
        #expect(!request.asksTheSame(as: merging))
        #expect(merging.asksTheSame(as: merging))
    }
}
