import BulkModel
import Formats
import Planning
import Testing

@Suite("Judging records of selections")
struct JudgeTests {
    private static let rules = TableRules(
        status: shopStatus, archive: MarkRule(column: "archived_at"), lock: MarkRule(column: "locked_until"))

    private func update(_ status: JSONValue) throws -> SelectionPlan {
        try selectionPlan(.update, updates: [.init("status", status)], rules: Self.rules)
    }

    private func record(
        _ status: String? = nil, exists: Bool = true, isArchived: Bool = false, isLocked: Bool = false
    ) -> SelectedRecord {
        SelectedRecord(
            key: .text("order-9"), exists: exists, status: status, isArchived: isArchived, isLocked: isLocked)
    }

    @Test("Each rule has its code, column, place and words")
    func words() throws {
        let position = Position(record: 42, line: 0, byte: 0)
        #expect(
            try update("PROCESSING").judge(record("COMPLETED"), number: 42)
                == Fault(
                    .invalidStatusTransition, at: position, column: "status",
                    message: "Cannot transition from COMPLETED to PROCESSING"))
        #expect(
            try update("PROCESSING").judge(record(isLocked: true), number: 42)
                == Fault(
                    .lockedRecord, at: position, column: "locked_until",
                    message: "Order is locked by another process"))
        let archive = try selectionPlan(.archive, rules: Self.rules)
        #expect(
            archive.judge(record(isArchived: true), number: 42)
                == Fault(
                    .alreadyArchived, at: position, column: "archived_at",
                    message: "Order is already archived"))
        #expect(
            archive.judge(record(exists: false), number: 42)
                == Fault(
                    .recordNotFound, at: position, column: "id", message: "There is no Order with id order-9."
                ))
        #expect(archive.judge(record(), number: 42) == nil)
    }

    @Test("A record is judged for being there, then its lock, its archive, its status")
    func order() throws {
        let archive = try selectionPlan(.archive, rules: Self.rules)
        let missing = record("X", exists: false, isArchived: true, isLocked: true)
        #expect(archive.judge(missing, number: 1)?.code == .recordNotFound)
        #expect(
            archive.judge(record("X", isArchived: true, isLocked: true), number: 1)?.code == .lockedRecord)
        #expect(archive.judge(record("X", isArchived: true), number: 1)?.code == .alreadyArchived)
        let update = try update("PROCESSING")
        #expect(update.judge(record("X", isLocked: true), number: 1)?.code == .lockedRecord)
        #expect(update.judge(record("PENDING", isArchived: true), number: 1) == nil)
    }

    @Test(
        "Only configured transitions are legal; staying is none, and from NULL every one is",
        arguments: [
            ("PENDING", "PROCESSING", true), ("PENDING", "CANCELLED", true), ("PENDING", "COMPLETED", false),
            ("PROCESSING", "COMPLETED", true), ("PROCESSING", "PENDING", false),
            ("CANCELLED", "PENDING", false),
            ("CANCELLED", "CANCELLED", true), ("UNHEARD", "PENDING", false), ("UNHEARD", "UNHEARD", true),
            (nil, "COMPLETED", true), ("", "PENDING", false), ("pending", "PROCESSING", false),
        ] as [(String?, String, Bool)])
    func transitions(from: String?, to: String, isLegal: Bool) throws {
        #expect((try update(.string(to)).judge(record(from), number: 1) == nil) == isLegal)
    }

    @Test("A status may not be taken away from a record that has one")
    func toNull() throws {
        let plan = try update(nil)
        #expect(plan.judge(record("PENDING"), number: 1)?.message == "Cannot transition from PENDING to NULL")
        #expect(plan.judge(record(), number: 1) == nil)
    }

    @Test("Numbers as status are compared as the database prints them")
    func numbers() throws {
        let rule = StatusRule(column: "quantity", transitions: ["1": ["2"]])
        let plan = try selectionPlan(
            .update, updates: [.init("quantity", "02")], rules: TableRules(status: rule))
        #expect(plan.judge(record("1"), number: 1) == nil)
        #expect(plan.judge(record("2"), number: 1) == nil)
        #expect(plan.judge(record("3"), number: 1)?.message == "Cannot transition from 3 to 2")
    }

    @Test("Without a rule nothing but absence is judged")
    func noRules() throws {
        let plan = try selectionPlan(.update, updates: [.init("status", "A")], rules: TableRules())
        #expect(plan.judge(record("X", isArchived: true, isLocked: true), number: 1) == nil)
        #expect(plan.judge(record(exists: false), number: 1)?.code == .recordNotFound)
    }

    @Test(
        "A record is called by its table's name in the singular",
        arguments: [
            ("orders", "Order"), ("companies", "Company"), ("addresses", "Address"), ("sales", "Sale"),
            ("order_items", "Order item"), ("public.invoices", "Invoice"), ("status", "Status"),
            ("statuses", "Status"), ("boxes", "Box"), ("batches", "Batch"), ("movies", "Movie"),
            ("houses", "House"), ("people", "People"), ("Orders", "Order"), ("news", "News"), ("x", "X"),
            ("_", "_"), ("purchases", "Purchase"), ("buses", "Bus"), ("access", "Access"),
        ])
    func nouns(table: String, noun: String) throws {
        let plan = try selectionPlan(table: orders(named: table, keyType: "TEXT"))
        let message = plan.judge(record(exists: false), number: 1)?.message
        #expect(message == "There is no \(noun) with id order-9.")
    }

    @Test("A long id is cut in the message")
    func longID() throws {
        let key = RecordKey.text(String(repeating: "x", count: 5000))
        let fault = try selectionPlan().judge(SelectedRecord(key: key, exists: false), number: 1)
        #expect(fault?.message == "There is no Order with id \(String(repeating: "x", count: 80))….")
    }
}
