import Formats
import Planning
import Testing

@Suite("Requests that ask for the same")
struct SameRequestTests {
    private func request(
        _ filter: FilterExpression,
        _ updates: [JSONValue.Member] = [.init("status", "A"), .init("code", "x")]
    ) -> SelectionRequest {
        SelectionRequest(table: "orders", action: .update, scope: .matching(filter), updates: updates)
    }

    @Test("the order of conditions and updates means nothing, nor where they stood")
    func order() {
        let one = request(
            .all([term("status", .eq, "A"), .any([term("code", .eq, 1), term("code", .eq, 2)])]))
        let other = request(
            .all([.any([term("code", .eq, 2), term("code", .eq, 1)]), term("status", .eq, "A")]),
            [.init("code", "x"), .init("status", "A")])
        #expect(one.asksTheSame(as: other) && other.asksTheSame(as: one))
    }

    @Test("another value, test, column, update, table or action is another request")
    func difference() {
        let one = request(.all([term("status", .eq, "A")]))
        var others = [
            request(.all([term("status", .eq, "B")])), request(.all([term("status", .ne, "A")])),
            request(.all([term("code", .eq, "A")])), request(.any([term("status", .eq, "A")])),
            request(.not(term("status", .eq, "A"))),
            request(.all([term("status", .eq, "A")]), [.init("status", "A")]),
        ]
        others.append(one)
        others[6].table = "sales"
        others.append(one)
        others[7].action = .archive
        for other in others { #expect(!one.asksTheSame(as: other)) }
    }

    @Test("the order of listed ids counts, since records are numbered by it")
    func ids() {
        let one = SelectionRequest(table: "orders", action: .delete, scope: .listed([1, 2]))
        #expect(one.asksTheSame(as: one))
        #expect(
            !one.asksTheSame(as: SelectionRequest(table: "orders", action: .delete, scope: .listed([2, 1]))))
    }
}
