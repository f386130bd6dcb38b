import BulkModel
import Formats
import Planning
import Testing

@Suite("Writes of selections")
struct SelectionWriteTests {
    private static let now = Timestamp(unixSeconds: 1_721_053_801)
    private static let record = [SelectedRecord(key: .text("order-1"))]

    /// The columns and values that a record gets, the key first.
    private func written(_ plan: SelectionPlan, now: Timestamp = now) -> [String] {
        let batch = plan.batch(of: Self.record, firstRecord: 1, now: now)
        return batch.columns.indices.map { "\(batch.columns[$0].column.name) \(batch.words(0, $0))" }
    }

    @Test("Updates set the columns in the request's order, behind the key")
    func updates() throws {
        let plan = try selectionPlan(
            .update,
            updates: [
                .init("Quantity", 5), .init("status", "A"), .init("meta", ["a": [1, "é"]]),
                .init("rating", nil),
                .init("photo", "AQI="), .init("is_gift", false), .init("amount", .number("1.50")),
            ])
        #expect(
            written(plan) == [
                "id text order-1", "quantity int 5", "status text A", "meta text {\"a\":[1,\"é\"]}",
                "rating null",
                "photo blob 0102", "is_gift int 0", "amount text 1.50",
            ])
        #expect(plan.write.operation == .update)
        #expect(plan.write.columns.map(\.isKey) == [true] + Array(repeating: false, count: 7))
        #expect(
            plan.updatedFields == ["quantity", "status", "meta", "rating", "photo", "is_gift", "amount"])
    }

    @Test(
        "A column that cannot be set is refused",
        arguments: [
            ("id", "identifies the records and cannot be changed"),
            ("tenant_id", "holds the tenant and cannot be changed"),
            ("total", "is computed by the database and cannot be written"),
        ])
    func notWritable(name: String, reason: String) throws {
        let refused = try #require(
            selectionRefusal(.update, updates: [.init(name, 1), .init("status", "A")]))
        #expect(
            refused.details == [
                Refusal.Detail(
                    field: "updates.\(name)", code: .unknownColumn, message: "Column \"\(name)\" \(reason).")
            ])
    }

    @Test("No updates, unknown columns, a column twice and values that are too large are refused")
    func badUpdates() {
        #expect(selectionRefusal(.update)?.issue == "nothing_to_set")
        let unknown = selectionRefusal(.update, updates: [.init("stats", 1)])
        #expect(unknown?.message == "Table \"orders\" has no column \"stats\"; did you mean \"status\"?")
        let twice = selectionRefusal(.update, updates: [.init("status", "A"), .init("STATUS", "B")])
        #expect(twice?.details.map(\.field) == ["updates.STATUS"])
        var limits = Limits()
        limits.recordBytesMax = 10
        let ten = JSONValue.Member("status", "0123456789")
        #expect(selectionRefusal(.update, updates: [ten], limits: limits) == nil)
        let large = selectionRefusal(.update, updates: [ten, .init("quantity", 1)], limits: limits)
        #expect(large?.details.map(\.code) == [.recordTooLarge])
    }

    @Test("Updates of too many columns are refused as a whole, and hints have an end")
    func manyUpdates() {
        let many = (0...Limits().columnsMax).map { JSONValue.Member("c\($0)", 1) }
        let over = selectionRefusal(.update, updates: many)
        #expect(over?.issue == "too_many_columns")
        #expect(over?.details.map(\.field) == ["updates"])
        let slips = selectionRefusal(
            .update, updates: (0..<12).map { _ in JSONValue.Member("stats", 1) })
        #expect(slips?.details.count == 12)
        #expect(slips?.details.filter { $0.message.contains("did you mean") }.count == 10)
    }

    @Test("Values are held against type, NOT NULL and enumeration before anything starts")
    func badValues() throws {
        let rules = TableRules(required: ["rating"], enumerations: ["status": ["A", "B"]])
        let refused = try #require(
            selectionRefusal(
                .update,
                updates: [
                    .init("quantity", "many"), .init("code", nil), .init("status", "C"), .init("rating", nil),
                    .init("mood", "angry"), .init("amount", [:]), .init("is_gift", true),
                ], rules: rules))
        #expect(refused.code == .invalidRequest)
        #expect(refused.issue == "invalid_updates")
        #expect(refused.details.allSatisfy { $0.code == .validationError })
        #expect(
            refused.details.map(\.field) == [
                "updates.quantity", "updates.code", "updates.status", "updates.rating", "updates.mood",
                "updates.amount",
            ])
        #expect(
            refused.details.prefix(3).map(\.message) == [
                "Column \"quantity\": \"many\" is not an integer.", "Column \"code\": code must not be null.",
                "Column \"status\": \"C\" is not one of A, B.",
            ])
    }

    @Test("Archive and delete take no updates, and archive needs a column to mark with")
    func actions() throws {
        let updates = [JSONValue.Member("status", "A")]
        #expect(selectionRefusal(.delete, updates: updates)?.details.map(\.field) == ["updates"])
        let refused = try #require(selectionRefusal(.archive, updates: updates))
        #expect(refused.code == .invalidRequest)
        #expect(refused.issue == "no_archive_column")
        #expect(refused.details.map(\.field) == ["operation", "updates"])
        #expect(refused.message.contains("tables.orders.archive"))
    }

    @Test(
        "Archiving sets its mark as the column's type means it",
        arguments: [
            (MarkRule(column: "archived_at"), "archived_at text 2024-07-15T14:30:01Z"),
            (MarkRule(column: "updated_on"), "updated_on text 2024-07-15"),
            (MarkRule(column: "status"), "status text 2024-07-15T14:30:01Z"),
            (MarkRule(column: "anything"), "anything text 2024-07-15T14:30:01Z"),
            (MarkRule(column: "is_gift"), "is_gift int 1"),
            (MarkRule(column: "is_gift", value: "true"), "is_gift int 1"),
            (MarkRule(column: "status", value: "ARCHIVED"), "status text ARCHIVED"),
            (MarkRule(column: "quantity", value: "1"), "quantity int 1"),
        ])
    func archiving(mark: MarkRule, expected: String) throws {
        let rules = TableRules(enumerations: ["status": ["PENDING"]], status: shopStatus, archive: mark)
        let plan = try selectionPlan(.archive, rules: rules)
        #expect(written(plan) == ["id text order-1", expected])
        #expect(plan.write.operation == .update)
        #expect(plan.updatedFields.isEmpty)
        #expect(plan.standing.status == nil)
    }

    @Test("Deleting removes, or sets the mark where the table keeps deleted records")
    func deleting() throws {
        let removing = try selectionPlan(.delete)
        #expect(removing.write.operation == .delete)
        #expect(written(removing) == ["id text order-1"])
        let rules = TableRules(softDelete: MarkRule(column: "deleted_at"))
        let marking = try selectionPlan(.delete, rules: rules)
        #expect(marking.write.operation == .update)
        #expect(written(marking) == ["id text order-1", "deleted_at text 2024-07-15T14:30:01Z"])
        #expect(marking.standing.softDelete?.column.name == "deleted_at")
    }

    @Test("The time of change is set with each update, unless the caller sets it")
    func updatedAt() throws {
        let rules = TableRules(
            archive: MarkRule(column: "archived_at"), softDelete: MarkRule(column: "deleted_at"),
            timestamps: TimestampRule(updated: "updated_at"))
        let time = "text 2024-07-15T14:30:01.250Z"
        let later = Self.now + .milliseconds(250)
        let update = try selectionPlan(.update, updates: [.init("status", "A")], rules: rules)
        #expect(written(update, now: later) == ["id text order-1", "status text A", "updated_at \(time)"])
        #expect(update.updatedFields == ["status"])
        let archive = try selectionPlan(.archive, rules: rules)
        #expect(
            written(archive, now: later) == ["id text order-1", "archived_at \(time)", "updated_at \(time)"])
        let delete = try selectionPlan(.delete, rules: rules)
        #expect(
            written(delete, now: later) == ["id text order-1", "deleted_at \(time)", "updated_at \(time)"])
        let own = try selectionPlan(.update, updates: [.init("updated_at", "2020-01-01")], rules: rules)
        #expect(written(own) == ["id text order-1", "updated_at text 2020-01-01"])
        #expect(own.updatedFields == ["updated_at"])
        let removing = TableRules(timestamps: TimestampRule(updated: "updated_at"))
        #expect(written(try selectionPlan(.delete, rules: removing)) == ["id text order-1"])
    }

    @Test(
        "A mark that the table cannot hold stops everything, since all records would count as marked or none",
        arguments: [
            (MarkRule(column: "nowhere"), "no_mark_column"), (MarkRule(column: "quantity"), "unusable_mark"),
            (MarkRule(column: "is_gift", value: "false"), "unusable_mark"),
            (MarkRule(column: "total", value: "1"), "unusable_mark"),
            (MarkRule(column: "code"), "unusable_mark"),
            (MarkRule(column: "code", value: "GONE!!"), "unusable_mark"),
            (MarkRule(column: "id"), "unusable_mark"),
        ])
    func unusableMarks(mark: MarkRule, issue: String) {
        let refused = selectionRefusal(.archive, rules: TableRules(archive: mark))
        #expect(refused?.code == .internalError)
        #expect(refused?.issue == issue)
        #expect(refused?.message.contains("tables.orders.archive") == true)
    }
}
