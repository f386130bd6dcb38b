import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import Dialects

@Suite struct ListIntakeTests {
    private func cursors(_ query: String, tenant: String = "t", table: String = "resources") throws
        -> RecordCursors
    {
        RecordCursors(
            signer: PlainSigner(), tenant: TenantID(tenant), table: table,
            query: try QueryItems(parsing: query))
    }

    private func request(_ query: String, tenant: String = "t", table: String = "resources") throws
        -> ListRequest
    {
        let intake = ListIntake(
            columns: ["id", "name", "status", "created_at", "limit"], limits: Limits())
        return try intake.request(
            try QueryItems(parsing: query), cursors: try cursors(query, tenant: tenant, table: table))
    }

    @Test("a list without parameters is the first page of everything")
    func plain() throws {
        let request = try request("")
        #expect(request.filter == .all([]))
        #expect(request.sort.isEmpty)
        #expect(request.after == nil)
        #expect(request.limit == Limits().listLimitDefault)
    }

    @Test("sort names columns, a minus turns them round")
    func sort() throws {
        #expect(
            try request("sort=-created_at,name").sort == [
                .init(column: "created_at", isDescending: true), .init(column: "name", isDescending: false),
            ])
    }

    @Test("every other parameter is a filter, and limit with a suffix is about the column")
    func filters() throws {
        guard case .all(let terms) = try request("status=active&limit_in=5,6&limit=7").filter else {
            Issue.record("not all of them have to hold")
            return
        }
        let columns = terms.map { if case .term(let term) = $0 { term.column } else { "" } }
        #expect(columns == ["limit", "status"])
    }

    @Test(
        "what is none of these is refused",
        arguments: [
            "sort=", "sort=nme", "sort=name,name", "sort=name,", "limit=0", "limit=1001", "limit=x",
            "nme=1", "cursor=abc", "cursor=",
        ])
    func bad(query: String) {
        #expect(throws: Refusal.self) { try request(query) }
    }

    @Test("all faulty parameters come in one answer")
    func allFaults() throws {
        let refusal = #expect(throws: Refusal.self) { try request("nme=1&statsu=2&sort=x") }
        #expect(refusal?.details.compactMap(\.field) == ["nme", "statsu", "sort"])
    }

    @Test("a cursor leads to its place with any limit, in the same list only")
    func cursor() throws {
        let place: [JSONValue] = ["a\nb", 7, .null, .number("1.5")]
        let token = try cursors("status=active&sort=name").make(place)
        #expect(try request("status=active&sort=name&limit=3&cursor=\(token)").after == place)
        for other in ["sort=name", "status=active", "status=draft&sort=name", "status=active&sort=-name"] {
            #expect(throws: Refusal.self, "\(other)") { try request("\(other)&cursor=\(token)") }
        }
        let query = "status=active&sort=name&cursor=\(token)"
        #expect(throws: Refusal.self) { try request(query, tenant: "u") }
        #expect(throws: Refusal.self) { try request(query, table: "others") }
        #expect(throws: Refusal.self) { try request(query + "A") }
    }
}
