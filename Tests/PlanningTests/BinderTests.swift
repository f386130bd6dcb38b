import BulkModel
import Formats
import Planning
import Testing

@Suite("Binding of records")
struct BinderTests {
    private static let header = ["order_number", "customer_id", "amount", "status", "_error", "tenant_id"]

    private func bind(
        _ operation: BulkModel.Operation, _ header: [String]?, _ records: [[Cell]], key: String? = nil,
        rules: TableRules = TableRules(tenantColumn: "tenant_id"), faults: [RecordFault] = []
    ) throws -> BoundBatch {
        let plan = try Planner.plan(spec(operation, key: key), header: header, catalog: catalog(rules))
        return Binder(plan: plan, emptyIs: .absent).bind(batch(plan.inputNames, records, faults: faults))
    }

    @Test("Good records become rows of their columns, ignored inputs left out")
    func rows() throws {
        let bound = try bind(
            .insert, Self.header,
            [["S-1", "7", "12.50", "NEW", "x", ""], [.quoted("S-2"), "8", "", "#N/A", "", "acme"]])
        #expect(bound.columns.map(\.column.name) == ["order_number", "customer_id", "amount", "status"])
        #expect((0..<4).map { bound.words(0, $0) } == ["text S-1", "int 7", "text 12.50", "text NEW"])
        #expect((0..<4).map { bound.words(1, $0) } == ["text S-2", "int 8", "absent", "null"])
        #expect(bound.faults.isEmpty)
        #expect(bound.recordCount == 2)
        #expect(bound.values.count == 8)
    }

    @Test("A bad record is all absent, its neighbours arrive intact, and its place is told")
    func badRecord() throws {
        let good: [Cell] = ["S-1", "7", "1", "NEW", "", ""]
        let bound = try bind(.insert, Self.header, [good, ["S-2", "x7", "1", "NEW", "", ""], good])
        #expect((0..<4).map { bound.words(1, $0) } == Array(repeating: "absent", count: 4))
        #expect(bound.words(0, 1) == "int 7")
        #expect(bound.words(2, 1) == "int 7")
        let fault = try #require(bound.faults.first)
        #expect(bound.faults.count == 1)
        #expect(fault.index == 1)
        #expect(fault.fault.column == "customer_id")
        #expect(fault.fault.issue == "wrong_type")
        // Behind the header's 100 bytes: the first record's 14 and the `S-2,` before the field.
        #expect(fault.fault.position == Position(record: 2, line: 3, byte: 118))
    }

    @Test("A bad record keeps its key where that is good, so that its fault can name it")
    func badRecordWithKey() throws {
        let header = ["amount", "order_number"]
        let bound = try bind(
            .update, header, [["x", "S-1"], ["1", "S-2"], ["x", ""]], key: "order_number")
        #expect((0..<3).map { bound.words($0, 1) } == ["text S-1", "text S-2", "absent"])
        #expect(bound.words(0, 0) == "absent")
        #expect(bound.faults.map(\.index) == [0, 2])
    }

    @Test("Several faulty fields make one fault with the first one's code that names them all")
    func severalFaults() throws {
        let bound = try bind(.insert, Self.header, [["", "x", "1.234", "NEW", "", ""]])
        let fault = try #require(bound.faults.first?.fault)
        #expect(fault.code == .missingValue)
        #expect(fault.column == "order_number")
        #expect(
            fault.message
                == "order_number: order_number needs a value; customer_id: \"x\" is not an integer; "
                + "amount: \"1.234\" has more decimals than DECIMAL(10,2) keeps (2)")
    }

    @Test("A fault of very many fields stays bounded and counts what it does not name")
    func manyFaults() throws {
        let columns = (1...100).map { column("c\($0)", "INTEGER") }
        let table = TableDescription(name: "wide", columns: columns, primaryKey: [])
        let plan = try Planner.plan(
            spec(.insert, table: "wide"), header: columns.map(\.name), catalog: Catalog(tables: [table]))
        let bound = Binder(plan: plan, emptyIs: .absent)
            .bind(batch(plan.inputNames, [Array(repeating: "x", count: 100)]))
        let message = try #require(bound.faults.first?.fault.message)
        #expect(message.hasPrefix("c1: \"x\" is not an integer; c2:"))
        #expect(message.contains("also wrong: c6, c7"))
        #expect(message.hasSuffix("c45 and 55 more"))
    }

    @Test("The decoder's faults stay, in order with the rules' own, one a record")
    func decoderFaults() throws {
        let first = RecordFault(
            index: 1,
            fault: Fault(.malformedRecord, at: Position(record: 2, line: 3, byte: 0), message: "stray quote"))
        let none = [Cell](repeating: .absent, count: 6)
        let bound = try bind(
            .insert, Self.header, [["S", "x", "1", "", "", ""], none, ["S", "y", "1", "", "", ""]],
            faults: [first])
        #expect(bound.faults.map(\.index) == [0, 1, 2])
        #expect(bound.faults.map(\.fault.code) == [.invalidValue, .malformedRecord, .invalidValue])
    }

    @Test(
        "Missing and NULL are refused where a value is needed",
        arguments: [
            (Cell.bare(""), ErrorCode?.some(.missingValue), "customer_id needs a value"),
            (.absent, .missingValue, "customer_id needs a value"),
            (.bare("#N/A"), .missingValue, "customer_id must not be null"),
            (.null, .missingValue, "customer_id must not be null"),
            (.number("4"), nil, ""),
        ])
    func needed(cell: Cell, code: ErrorCode?, message: String) throws {
        let bound = try bind(.insert, ["order_number", "customer_id"], [["S", cell]])
        #expect(bound.faults.first?.fault.code == code)
        #expect(bound.faults.first?.fault.message ?? "" == message)
    }

    @Test("On update an absent column is left alone, but NULL in a NOT NULL column is refused")
    func update() throws {
        let bound = try bind(
            .update, ["id", "customer_id", "status"],
            [["1", "", "A"], ["2", "#N/A", "A"], ["", "5", "A"], ["4", "5", "#N/A"]])
        #expect(bound.words(0, 1) == "absent")
        #expect(bound.words(3, 2) == "null")
        #expect(bound.faults.map(\.index) == [1, 2])
        #expect(bound.faults.map(\.fault.column) == ["customer_id", "id"])
    }

    @Test("NULL in an automatic key makes a new value on insert and is refused as a key")
    func automatic() throws {
        let inserted = try bind(.insert, ["id", "order_number", "customer_id"], [["#N/A", "S", "1"]])
        #expect(inserted.words(0, 0) == "absent")
        #expect(inserted.faults.isEmpty)
        let deleted = try bind(.delete, ["id"], [["#N/A"]])
        #expect(deleted.faults.map(\.fault.code) == [.missingValue])
    }

    @Test(
        "A record may name its own tenant or none, never another one",
        arguments: [
            (Cell.bare("acme"), true), (.quoted("acme"), true), (.bare(""), true), (.quoted(""), true),
            (.absent, true),
            (.null, true), (.bare("#N/A"), true), (.bare("other"), false), (.string("Acme"), false),
            (.string("acme2"), false),
        ])
    func tenant(cell: Cell, isGood: Bool) throws {
        let bound = try bind(.insert, ["order_number", "customer_id", "tenant_id"], [["S", "1", cell]])
        #expect(bound.faults.isEmpty == isGood)
        guard !isGood else { return }
        #expect(bound.faults.first?.fault.code == .forbidden)
        #expect(bound.faults.first?.fault.column == "tenant_id")
    }

    @Test("What the configuration requires and allows is held to")
    func configured() throws {
        let rules = TableRules(
            tenantColumn: "tenant_id", required: ["note"], enumerations: ["status": ["NEW", "DONE"]])
        let bound = try bind(
            .insert, ["order_number", "customer_id", "note", "status"],
            [["S", "1", "n", "NEW"], ["S", "1", "", "NEW"], ["S", "1", "n", "OLD"]], rules: rules)
        #expect(
            bound.faults.map(\.fault.message) == ["note needs a value", "\"OLD\" is not one of NEW, DONE"])
        #expect(bound.faults.map(\.fault.code) == [.missingValue, .invalidValue])
    }

    @Test("JSON records are judged one by one, with every writable column as input")
    func jsonRecords() throws {
        let bound = try bind(
            .insert, nil,
            [
                [.absent, .string("S"), .number("1"), .absent, .null, .absent, .absent, .absent, .absent],
                [.absent, .string("S"), .absent, .absent, .absent, .absent, .absent, .absent, .absent],
            ])
        #expect(
            bound.columns.map(\.column.name) == [
                "id", "order_number", "customer_id", "amount", "status", "note",
            ])
        #expect(bound.words(0, 4) == "null")
        #expect(bound.faults.map(\.index) == [1])
        #expect(bound.faults.map(\.fault.column) == ["customer_id"])
    }

    @Test("Blobs of several records are each decoded in their own place")
    func blobs() throws {
        let table = TableDescription(
            name: "files", columns: [column("a", "BLOB"), column("b", "BLOB")], primaryKey: [])
        let plan = try Planner.plan(
            spec(.insert, table: "files"), header: ["a", "b"], catalog: Catalog(tables: [table]))
        let bound = Binder(plan: plan, emptyIs: .absent)
            .bind(batch(["a", "b"], [["\\x01", "aGk="], ["!", "\\x02"], ["#N/A", "\\x0304"]]))
        #expect([bound.words(0, 0), bound.words(0, 1)] == ["blob 01", "blob 6869"])
        #expect([bound.words(1, 0), bound.words(1, 1)] == ["absent", "absent"])
        #expect([bound.words(2, 0), bound.words(2, 1)] == ["null", "blob 0304"])
    }

    @Test("A batch without records binds to nothing")
    func empty() throws {
        let bound = try bind(.insert, Self.header, [])
        #expect(bound.recordCount == 0)
        #expect(bound.values.isEmpty)
        #expect(bound.faults.isEmpty)
    }
}
