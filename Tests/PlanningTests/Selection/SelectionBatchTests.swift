import BulkModel
import Formats
import Planning
import Testing

@Suite("Batches of selections")
struct SelectionBatchTests {
    private static let now = Timestamp(unixSeconds: 1_721_053_801)

    @Test("Rows begin with their key, share the updates' bytes, and refused ones keep an empty row")
    func rows() throws {
        let rules = TableRules(
            lock: MarkRule(column: "locked_until"), timestamps: TimestampRule(updated: "updated_at"))
        let plan = try selectionPlan(.update, updates: [.init("status", "PROCESSING")], rules: rules)
        let batch = plan.batch(
            of: [
                SelectedRecord(key: .text("a")), SelectedRecord(key: .text("b"), isLocked: true),
                SelectedRecord(key: .text("é")), SelectedRecord(key: .text("d"), exists: false),
            ], firstRecord: 101, now: Self.now)
        #expect(batch.columns == plan.write.columns)
        #expect(batch.columns.map(\.column.name) == ["id", "status", "updated_at"])
        #expect(batch.recordCount == 4)
        let bytes = String(decoding: batch.bytes, as: UTF8.self)
        #expect(bytes == "PROCESSING2024-07-15T14:30:01Zaé")
        #expect(batch.words(0, 0) == "text a")
        #expect(batch.words(2, 0) == "text é")
        #expect(batch.values[1] == .text(start: 0, length: 10))
        #expect(batch.values[2] == .text(start: 10, length: 20))
        #expect(batch.values[7...8] == batch.values[1...2])
        #expect(batch.values[3...5].allSatisfy { $0 == .absent })
        #expect(batch.values[9...11].allSatisfy { $0 == .absent })
        #expect(batch.faults.map(\.index) == [1, 3])
        #expect(batch.faults.map(\.fault.code) == [.lockedRecord, .recordNotFound])
        #expect(batch.faults.map(\.fault.position.record) == [102, 104])
        #expect(batch.position(of: 3) == Position(record: 104, line: 0, byte: 0))
        #expect(batch.places.count == 4)
    }

    @Test(
        "Keys are bound as their column has them",
        arguments: [
            ("INTEGER", RecordKey.integer(7), "int 7"), ("TEXT", .integer(7), "text 7"),
            ("TEXT", .text("A0"), "text A0"), ("", .integer(7), "int 7"), ("", .text("7"), "text 7"),
            ("REAL", .text("1.5"), "real 1.5"), ("REAL", .integer(2), "real 2.0"),
            ("NUMERIC(9)", .integer(7), "text 7"),
            ("BOOLEAN", .integer(1), "int 1"), ("INTEGER", .text("abc"), "text abc"),
            ("TEXT", .text(""), "text "),
            ("UUID", .text("ABCD"), "text ABCD"),
        ])
    func keys(keyType: String, key: RecordKey, expected: String) throws {
        let plan = try selectionPlan(table: orders(keyType: keyType))
        let batch = plan.batch(of: [SelectedRecord(key: key)], firstRecord: 1, now: Self.now)
        #expect(batch.words(0) == expected)
    }

    @Test("Each batch has its own time and its own keys")
    func repeated() throws {
        let plan = try selectionPlan(.archive, rules: TableRules(archive: MarkRule(column: "archived_at")))
        let first = plan.batch(of: [SelectedRecord(key: .text("a"))], firstRecord: 1, now: Self.now)
        let second = plan.batch(
            of: [SelectedRecord(key: .text("b"))], firstRecord: 2, now: Self.now + .seconds(1))
        #expect(first.words(0, 1) == "text 2024-07-15T14:30:01Z")
        #expect(second.words(0, 1) == "text 2024-07-15T14:30:02Z")
        #expect(second.words(0, 0) == "text b")
    }

    @Test("A batch of no records is empty")
    func empty() throws {
        let batch = try selectionPlan().batch(of: [], firstRecord: 9, now: Self.now)
        #expect(batch.recordCount == 0)
        #expect(batch.values.isEmpty)
        #expect(batch.faults.isEmpty)
    }

    @Test("Ten thousand rows hold the updates once")
    func many() throws {
        let note = String(repeating: "n", count: 10_000)
        let plan = try selectionPlan(.update, updates: [.init("status", .string(note))])
        let records = (0..<10_000).map { SelectedRecord(key: .text("order-\($0)")) }
        let batch = plan.batch(of: records, firstRecord: 1, now: Self.now)
        let keyBytes = records.reduce(0) { $0 + $1.key.text.utf8.count }
        #expect(batch.bytes.count == note.utf8.count + keyBytes)
        #expect(batch.words(9_999) == "text order-9999")
        #expect(batch.words(9_999, 1) == "text \(note)")
    }
}
