import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Lists of records")
struct RecordListerTests {
    private func list(
        _ fixture: BatchFixture, filter: FilterExpression = .all([]), sort: [ListRequest.Sort] = [],
        after: [JSONValue]? = nil, limit: Int, table: String = "notes"
    ) async throws -> RecordPage {
        let request = ListRequest(filter: filter, sort: sort, after: after, limit: limit)
        let reading = ListReading(items: []) { _, _ in .success(request) }
        return try await fixture.engine.list(reading, of: table, by: fixture.caller)
    }

    private func ids(_ page: RecordPage) throws -> [String?] {
        try page.records.map { try JSONParser.parse($0, limits: Limits())["id"]?.string }
    }

    @Test("pages follow each other to the end, and only the caller's records are there")
    func pages() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b", "c")
        fixture.add("foreign", tenant: "b")
        fixture.add("marked", with: ["deleted_at": .text("2024-01-01T00:00:00Z")])
        let first = try await list(fixture, limit: 2)
        #expect(try ids(first) == ["a", "b"])
        #expect(first.next == ["b"])
        let last = try await list(fixture, after: first.next, limit: 2)
        #expect(try ids(last) == ["c"])
        #expect(last.next == nil)
        #expect(try await list(fixture, limit: 3).next == nil)
    }

    @Test("the tables are looked at once for a list, and its columns are what they are then")
    func columns() async throws {
        let fixture = BatchFixture()
        let seen = Mutex<[String]>([])
        let reading = ListReading(items: [.init(name: "a", value: "b")]) { items, columns in
            seen.withLock { $0 = items.map(\.name) + columns }
            return .failure(Refusal(.invalidRequest, "no"))
        }
        let refusal = await #expect(throws: Refusal.self) {
            try await fixture.engine.list(reading, of: "items", by: fixture.caller)
        }
        #expect(refusal?.message == "no")
        #expect(seen.withLock { $0 } == ["a", "id", "note", "label"])
        #expect(fixture.store.looks.withLock { $0 } == 1)
    }

    @Test("a filter is held against the table")
    func filters() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b")
        let term = FilterExpression.Term(
            column: "name", test: .eq, value: "name of b", place: "name")
        #expect(try ids(try await list(fixture, filter: .term(term), limit: 5)) == ["b"])
    }

    @Test(
        "what cannot be listed is refused with all that is wrong",
        arguments: [
            (["nmae", "meta"], nil, 2), (["size", "size"], nil, 1), (["size"], ["x"], 1),
            ([], ["x", "y"], 1), ([], [true], 1),
        ] as [([String], [JSONValue]?, Int)])
    func refusals(sort: [String], after: [JSONValue]?, faultCount: Int) async throws {
        let fixture = BatchFixture()
        let refusal = await #expect(throws: Refusal.self) {
            try await list(
                fixture, sort: sort.map { ListRequest.Sort(column: $0, isDescending: false) }, after: after,
                limit: 5)
        }
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.details.count == faultCount)
    }

    @Test("reading needs its scope and the table")
    func scopes() async throws {
        let writer = BatchFixture(scopes: [.write])
        let refusal = await #expect(throws: Refusal.self) { try await list(writer, limit: 1) }
        #expect(refusal?.code == .forbidden)
        let other = BatchFixture(tables: ["items"])
        let missing = await #expect(throws: Refusal.self) { try await list(other, limit: 1) }
        #expect(missing?.code == .tableNotFound)
    }
}
