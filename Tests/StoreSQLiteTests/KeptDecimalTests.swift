import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreSQLite

@Suite("What SQLite keeps of numbers, and what it says of indexes", .serialized)
struct KeptDecimalTests {
    private let fixture: SQLiteFixture

    init() throws { fixture = try SQLiteFixture() }

    @Test("columns that make Doubles of decimals are known as such")
    func keptForms() async throws {
        try await fixture.execute(
            "CREATE TABLE t (a DECIMAL(20,5), b NUMERIC, c REAL, d TEXT, e TIMESTAMP, f INTEGER)")
        let table = try #require(await fixture.sqlite.tables().first { $0.name == "t" })
        #expect(table.columns.map(\.keptForm) == [.asDouble, .asDouble, nil, nil, nil, nil])
    }

    @Test("a decimal that is taken is read again with the same value, and one that would change is not taken")
    func readAgain() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a NUMERIC)")
        let job = try await JobOnTable(fixture.sqlite, .insert, "t", ["id", "a"], read: 6)
        let texts = [
            "123456789012345.67", "9223372036854775807", "0.1", "1e300", "12345678901234567890.1234567891",
            "1e400",
        ]
        let batch = Self.batch(texts)
        let bound = Binder(plan: job.plan, emptyIs: .text).bind(batch)
        #expect(bound.faults.map(\.index) == [4, 5])
        #expect(bound.faults.allSatisfy { $0.fault.code == .invalidValue && $0.fault.column == "a" })
        _ = try await fixture.sqlite.apply(
            Chunk(
                job: job.id, plan: job.plan, batch: bound, start: 0, now: Timestamp(unixSeconds: 9),
                isLast: true))
        let sums = try await fixture.rows(
            "SELECT a = 123456789012345.67, a = 9223372036854775807, a = 0.1, a = 1e300 FROM t ORDER BY id")
        #expect(
            sums == [
                ["1", "0", "0", "0"], ["0", "1", "0", "0"], ["0", "0", "1", "0"], ["0", "0", "0", "1"],
            ])
    }

    /// Records of a number from 1 and the text.
    private static func batch(_ texts: [String]) -> RecordBatch {
        var bytes: [UInt8] = []
        var fields: [Field] = []
        for (index, text) in texts.enumerated() {
            for cell in ["\(index + 1)", text] {
                fields.append(Field(start: UInt32(bytes.count), length: UInt32(cell.utf8.count), kind: .bare))
                bytes.append(contentsOf: cell.utf8)
            }
        }
        return RecordBatch(
            bytes: bytes, columns: ["id", "a"], fields: fields,
            places: texts.map { _ in RecordPlace(start: 0, length: 1, lineOffset: 0) }, faults: [],
            origin: Position(record: 1, line: 2, byte: 0))
    }

    @Test("a unique index over an expression is named, and is no column")
    func expressionIndex() async throws {
        try await fixture.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT); CREATE UNIQUE INDEX ei ON t (lower(email))")
        let job = try await JobOnTable(fixture.sqlite, .insert, "t", ["id", "email"], read: 2)
        let applied = try await job.apply([[1, "a@x.org"], [2, "A@x.org"]], isLast: true)
        #expect(applied.faultList == ["1:DUPLICATE_KEY"])
        let message = try #require(applied.receipt.faults.first?.fault.message)
        #expect(message.hasPrefix("a record with the same value in the unique index ei exists already; "))
    }
}
