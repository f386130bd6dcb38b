import BulkModel
import Formats
import Testing

@testable import Planning

@Suite("Places in lists")
struct ListPlaceTests {
    @Test(
        "a place comes back as the values that it was made of",
        arguments: [
            ("INTEGER", .integer(-3), .integer(-3)), ("TEXT", .text(start: 0, length: 2), .text("ab")),
            ("REAL", .real(0.1), .real(0.1)), ("REAL", .real(-.infinity), .real(-.infinity)),
            ("TEXT", .null, nil),
        ] as [(String, BoundValue, ConditionValue?)])
    func roundTrip(declared: String, value: BoundValue, expected: ConditionValue?) throws {
        let order = [RecordQuery.Term(column: column("v", declared), isDescending: false)]
        let rows = RowSet(
            columns: [column("u"), column("v", declared)], bytes: Array("ab".utf8), values: [.null, value],
            indices: [0])
        var writer = JSONWriter()
        writer.value(.array(ListPlace.of(0, in: rows, order)))
        let place = try #require(try JSONParser.parse(writer.bytes, limits: Limits()).array)
        #expect(try ListPlace.values(place, order) == [expected])
    }

    @Test("the key ends the order, in the direction of the column before it")
    func order() throws {
        let target = try RecordPlanner.target("sales", tenant: TenantID("t"), catalog: catalog())
        var builder = RecordQueryBuilder(target, limits: Limits())
        builder.sort(by: "Amount", isDescending: true)
        let query = try builder.query(.all([]), after: nil, limit: 5)
        #expect(query.order.map(\.column.name) == ["amount", "id"])
        #expect(query.order.map(\.isDescending) == [true, true])
        let plain = try RecordQueryBuilder(target, limits: Limits()).query(.all([]), after: [3], limit: 5)
        #expect(plain.order.map(\.column.name) == ["id"])
        #expect(plain.after == [.integer(3)])
    }

    @Test(
        "spellings that may be of one record have something in common",
        arguments: [
            ("TEXT", "a", "A ", true), ("TEXT", "a", "b", false), ("INTEGER", "5", "05", true),
            ("UUID", "0b0b0b0b-0000-0000-0000-00000000000A", "0b0b0b0b-0000-0000-0000-00000000000a", true),
        ])
    func identities(declared: String, one: String, other: String, areSame: Bool) throws {
        let table = TableDescription(
            name: "things", columns: [column("id", declared, nullable: false)], primaryKey: ["id"])
        let reader = RecordKeyReader(
            try RecordPlanner.target("things", tenant: TenantID("t"), catalog: Catalog(tables: [table])))
        let first = reader.identity(of: try #require(reader.key(of: one)))
        let second = reader.identity(of: try #require(reader.key(of: other)))
        #expect(first != nil)
        #expect((first == second) == areSame)
    }
}
