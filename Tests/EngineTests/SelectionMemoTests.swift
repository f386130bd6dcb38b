import BulkModel
import Formats
import Planning
import Testing

@testable import Engine

@Suite("Kept requests")
struct SelectionMemoTests {
    private static func term(_ test: FilterTest, _ value: JSONValue) -> FilterExpression {
        .term(.init(column: "naïve \"col\"", test: test, value: value, place: "filters.x.\(test.rawValue)"))
    }

    private static let scopes: [SelectionRequest.Scope] = [
        .listed([]), .listed([1, "1", .number("1.50"), .integer(.min), "ü\n\"\\"]),
        .matching(.all([])), .matching(.any([])),
        .matching(.not(.all([term(.among, [1, nil, "x"]), .any([term(.isNull, true)]), term(.ne, nil)]))),
        .matching(.all(FilterTest.allCases.map { term($0, .number("-0.0e10")) })),
        .matching(
            term(.eq, .object([.init("all", [1]), .init("not", .object([.init("ids", nil)]))]))),
    ]

    private static let bounds: [SelectionBound] = [
        SelectionBound(lastKey: nil), SelectionBound(lastKey: .integer(.max), lastRow: .min),
        SelectionBound(lastKey: .text("")), SelectionBound(lastKey: .text("a\u{0}ü"), lastRow: 7),
        SelectionBound(lastKey: .text("12")),
    ]

    @Test("come back as the very same", arguments: scopes, SelectionAction.allCases)
    func roundTrip(scope: SelectionRequest.Scope, action: SelectionAction) throws {
        for (index, bound) in Self.bounds.enumerated() {
            var options = StreamOptions()
            if index > 0 { options.chunkRecords = index }
            if index > 1 { options.errorsMax = 1 }
            if index > 2 { options.recordsMax = .max }
            if index > 3 { options.limit = 7 }
            options.isDryRun = index.isMultiple(of: 2)
            options.runsOnAlone = index.isMultiple(of: 3)
            var request = SelectionRequest(
                table: "orders", action: action, scope: scope,
                updates: [.init("a", nil), .init("a", "2"), .init("", [.object([])])])
            request.mergesObjects = index.isMultiple(of: 2)
            let memo = SelectionMemo(request: request, options: options, bound: bound)
            #expect(try SelectionMemo(bytes: memo.bytes) == memo)
        }
    }

    @Test("filters as deep as they may be come back too")
    func roundTripDeep() throws {
        var filter = Self.term(.eq, "x")
        for _ in 0..<Limits().filterDepthMax { filter = .not(.all([filter])) }
        let request = SelectionRequest(table: "t", action: .delete, scope: .matching(filter))
        let memo = SelectionMemo(
            request: request, options: StreamOptions(), bound: SelectionBound(lastKey: nil))
        #expect(try SelectionMemo(bytes: memo.bytes) == memo)
    }

    @Test("those that were kept before there were limits and merges have neither")
    func older() throws {
        let text = #"""
            {"version":1,"request":{"table":"t","action":"delete","ids":[1],"updates":[]},
             "options":{"chunk_records":null,"errors_max":2,"records_max":null,"dry_run":false,"runs_on_alone":true},
             "bound":{"key":5,"row":null}}
            """#
        let memo = try SelectionMemo(bytes: Array(text.utf8))
        #expect(memo.options.limit == nil && memo.options.errorsMax == 2)
        #expect(!memo.request.mergesObjects)
    }

    @Test(
        "damaged ones are refused",
        arguments: ["", "{}", "[1]", "{\"version\":1}", "{\"version\":2,\"request\":{}}"])
    func refusesDamage(text: String) {
        #expect(throws: BooksError.self) { try SelectionMemo(bytes: Array(text.utf8)) }
    }
}
