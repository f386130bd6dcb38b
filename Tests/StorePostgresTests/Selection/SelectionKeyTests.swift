import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Selections by keys of many types")
struct SelectionKeyTests {
    /// A type, keys in its order, and ids that are none of its values or of no record.
    struct Kind: CustomTestStringConvertible, Sendable {
        let type: String
        let keys: [String]
        let others: [JSONValue]

        init(_ type: String, _ keys: [String], others: [JSONValue]) {
            (self.type, self.keys, self.others) = (type, keys, others)
        }

        var testDescription: String { type }
    }

    private static let uuid = "0f0e0d0c-0b0a-4908-8706-05040302010"

    private static let kinds = [
        Kind("smallint", ["-3", "7", "12"], others: [40000, "x", 9]),
        Kind("numeric(7,2)", ["-1.50", "2.00", "10.25"], others: ["2.004", "abc", .string("1e30")]),
        Kind("uuid", ["\(uuid)1", "\(uuid)a", "\(uuid)f"], others: ["nonsense", .string(uuid)]),
        Kind("mood", ["sad", "ok", "happy"], others: ["glad"]),
        Kind("varchar(4)", ["a", "a,\"\\", "abcd"], others: ["abcde", "\u{0}", ""]),
        Kind("char(5)", ["ab", "abc", "b"], others: ["abcdef"]),
        Kind("short", ["a", "ab", "abc"], others: ["abcd"]),
        Kind("date", ["1999-12-31", "2000-01-01", "2027-02-28"], others: ["2000-02-30", "x"]),
        Kind(
            "timestamptz", ["1999-12-31 10:00:00+00", "2000-01-01 00:00:00.5+00", "2027-02-28 00:00:00+00"],
            others: ["x"]),
        Kind("boolean", ["false", "true"], others: ["maybe"]),
        Kind("inet", ["10.0.0.1", "10.0.0.2", "192.168.0.1"], others: ["10.0.0.x", "10.0.0.9"]),
    ]

    private static func fixture(_ kind: Kind) async throws -> PostgresFixture {
        let fixture = try await PostgresFixture()
        let values = kind.keys.map { "(\(SQLText.literal($0)))" }.joined(separator: ", ")
        try await fixture.execute(
            """
            CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
            CREATE DOMAIN short AS varchar(3) CHECK (VALUE <> 'no');
            CREATE TABLE "a ""t.able" ("ke""y" \(kind.type) PRIMARY KEY, "st atus" text NOT NULL DEFAULT 'NEW');
            INSERT INTO "a ""t.able" VALUES \(values)
            """)
        return fixture
    }

    private static let table = "a \"t.able"

    /// As the database spells them in text.
    private static func spelled(_ kind: Kind, _ fixture: PostgresFixture) async throws -> [String] {
        try await fixture.rows("SELECT \"ke\"\"y\"::text FROM \"a \"\"t.able\" AS t ORDER BY t.\"ke\"\"y\"")
            .map { $0[0] }
    }

    @Test("a walk takes each record once, in the key's own order", arguments: kinds)
    func walk(_ kind: Kind) async throws {
        let fixture = try await Self.fixture(kind)
        let bench = try await SelectionBench(
            fixture, .update, .having("st atus", "NEW"), in: Self.table, set: ["st atus": "SENT"])
        let chunks = try await bench.walk(max: 1)
        let keys = try await Self.spelled(kind, fixture)
        #expect(chunks.flatMap { $0.receipt.keys.all.map(\.text) } == keys)
        #expect(chunks.allSatisfy { $0.receipt.faults.isEmpty })
        #expect(chunks.last?.job.counts.updated == kind.keys.count)
        #expect(
            try await fixture.rows("SELECT count(*) FROM \"a \"\"t.able\" WHERE \"st atus\" = 'SENT'")
                == [["\(kind.keys.count)"]])
    }

    @Test(
        "a listed id that is no value of the key's type is not found, and hinders no other", arguments: kinds)
    func listed(_ kind: Kind) async throws {
        let fixture = try await Self.fixture(kind)
        let ids = kind.others + kind.keys.map { JSONValue.string($0) }
        let spelled = try await Self.spelled(kind, fixture)
        let bench = try await SelectionBench(fixture, .delete, .listed(ids), in: Self.table)
        let applied = try await bench.apply(max: 100)
        let deleted = zip(applied.actionList, applied.receipt.keys.all)
            .filter { $0.0 == .deleted }.map(\.1.text)
        #expect(deleted == spelled)
        #expect(applied.receipt.faults.allSatisfy { $0.fault.code == .recordNotFound })
        #expect(applied.receipt.faults.count == kind.others.count)
        #expect(try await fixture.rows("SELECT * FROM \"a \"\"t.able\"") == [])
    }
}
