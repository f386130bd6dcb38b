import BulkModel
import Formats
import Planning
import Testing

@Suite("Lenient jobs")
struct LenienceTests {
    private static let rules = TableRules(
        tenantColumn: "tenant_id", enumerations: ["status": ["NEW", "In Transit", "ÄRGER", "STRAẞE"]])

    private func job(_ operation: BulkModel.Operation = .insert, isLenient: Bool = true) -> JobSpec {
        var job = spec(operation)
        job.options.isLenient = isLenient
        return job
    }

    private func bind(
        _ header: [String]?, _ records: [[Cell]], isLenient: Bool = true, faults: [RecordFault] = []
    ) throws -> BoundBatch {
        let plan = try Planner.plan(
            job(isLenient: isLenient), header: header, catalog: catalog(Self.rules))
        return Binder(plan: plan, emptyIs: .absent).bind(batch(plan.inputNames, records, faults: faults))
    }

    /// The status that is stored, or why it is not.
    private func status(_ cell: Cell, isLenient: Bool = true) throws -> String {
        let bound = try bind(
            ["order_number", "customer_id", "status"], [["S-1", "7", cell], ["S-2", "8", "NEW"]],
            isLenient: isLenient)
        #expect(bound.words(1, 0) == "text S-2")
        #expect(bound.words(1, 2) == "text NEW")
        return bound.faults.first?.fault.message ?? bound.words(0, 2)
    }

    @Test("Unknown and computed columns are read over and listed, a strict job refuses them")
    func unknownColumns() throws {
        let header = [" order_number", "customer_id ", "custmer_id", "total", "_error"]
        let plan = try Planner.plan(job(), header: header, catalog: catalog())
        #expect(plan.columns.map(\.column.name) == ["order_number", "customer_id"])
        #expect(plan.inputs.count == 5)
        let warnings = Planner.warnings(job(), header: header, catalog: catalog())
        #expect(
            warnings == [
                "Table \"sales\" has no column \"custmer_id\"; did you mean \"customer_id\"? It is read over.",
                "Column \"total\" is computed by the database and is read over.",
            ])
        let strict = job(isLenient: false)
        #expect(refusal(strict, header)?.details.map(\.field) == ["custmer_id", "total"])
        #expect(Planner.warnings(strict, header: header, catalog: catalog()).isEmpty)
    }

    @Test("Nothing is listed of JSON, of a delete, and of what is refused")
    func noWarnings() {
        #expect(Planner.warnings(job(), header: nil, catalog: catalog()).isEmpty)
        #expect(Planner.warnings(job(.delete), header: ["id", "zzz"], catalog: catalog()).isEmpty)
        var unmapped = job()
        unmapped.options.mapping = [FieldMapping(source: "a", column: "b")]
        #expect(Planner.warnings(unmapped, header: ["zzz"], catalog: catalog()).isEmpty)
    }

    @Test("Missing columns and columns that come twice are refused all the same")
    func stillRefused() {
        #expect(refusal(job(), ["status"])?.code == .missingValue)
        #expect(refusal(job(), ["order_number", "customer_id", "Status", "status"]) != nil)
    }

    @Test("Outer spaces go before a value is checked, those within stay")
    func trimming() throws {
        let header = ["order_number", "customer_id", "amount", "note", "tenant_id"]
        let bound = try bind(
            header,
            [
                [" S-1 ", "\t7", .quoted(" 1.50\r\n"), " a  b ", " acme "],
                [.string("S-2"), .string(" 8 "), "  ", .quoted("  "), ""],
                ["S-3", "9 9", " #N/A ", " #N/A ", "acme"],
                [" ", "9", "1", "", ""],
            ])
        #expect((0..<4).map { bound.words(0, $0) } == ["text S-1", "int 7", "text 1.50", "text a  b"])
        #expect((0..<4).map { bound.words(1, $0) } == ["text S-2", "int 8", "absent", "text "])
        #expect(bound.faults.map(\.index) == [2, 3])
        #expect(bound.faults.map(\.fault.column) == ["customer_id", "order_number"])
        #expect(bound.faults[1].fault.issue == "missing")
    }

    @Test(
        "Enumerations are found in any case and stored in their own spelling",
        arguments: [
            ("new", "text NEW"), ("NEW", "text NEW"), (" nEw ", "text NEW"),
            ("IN transit", "text In Transit"),
            ("ärger", "text ÄRGER"), ("straße", "text STRAẞE"),
            ("neu", "\"neu\" is not one of NEW, In Transit, ÄRGER, STRAẞE"),
        ])
    func enumerations(text: String, expected: String) throws {
        #expect(try status(.bare(text)) == expected)
        #expect(try status(.string(text)) == expected)
    }

    @Test("A strict job takes the exact spelling only")
    func strict() throws {
        #expect(try status("NEW", isLenient: false) == "text NEW")
        #expect(try status("new", isLenient: false).hasPrefix("\"new\" is not one of"))
        #expect(try status(" NEW", isLenient: false).hasPrefix("\" NEW\" is not one of"))
    }

    @Test("Of two values that differ in case alone the exact one is taken, else the first")
    func similarValues() throws {
        let rules = TableRules(tenantColumn: "tenant_id", enumerations: ["status": ["a", "A"]])
        let plan = try Planner.plan(
            job(), header: ["order_number", "customer_id", "status"], catalog: catalog(rules))
        let bound = Binder(plan: plan, emptyIs: .absent).bind(
            batch(plan.inputNames, [["S", "1", "a"], ["S", "1", "A"], ["S", "1", " A "]]))
        #expect((0..<3).map { bound.words($0, 2) } == ["text a", "text A", "text A"])
    }

    @Test("The database's own enumerations are taken in any case too")
    func databaseEnumerations() throws {
        var table = sales
        table.columns.append(mood)
        let catalog = Catalog(
            tables: [table], rules: ["sales": TableRules(tenantColumn: "tenant_id")])
        let plan = try Planner.plan(
            job(), header: ["order_number", "customer_id", "mood"], catalog: catalog)
        let bound = Binder(plan: plan, emptyIs: .absent).bind(batch(plan.inputNames, [["S", "1", "HAPPY"]]))
        #expect(bound.words(0, 2) == "text happy")
    }

    @Test("A key that names no column is no fault of a JSON record; other faults stay")
    func unknownKeys() throws {
        let lines = #"""
            {"order_number":"S-1","surprise":[1,{"a":2}],"customer_id":7}
            {"order_number":"S-2","customer_id":"x","other":1}
            {"order_number":"S-3","customer_id":8
            {"order_number":"S-4","customer_id":9}
            """#
        for isLenient in [true, false] {
            let plan = try Planner.plan(
                job(isLenient: isLenient), header: nil, catalog: catalog(Self.rules))
            let shape = InputShape(
                format: .ndjson, delimiter: 0, endsLinesWithCR: false, columns: plan.inputNames)
            let decoded = RecordDecoder(shape: shape, limits: Limits())
                .decode(Array(lines.utf8), from: Position(record: 1, line: 1, byte: 0))
            let bound = Binder(plan: plan, emptyIs: .absent).bind(decoded)
            let codes = bound.faults.map(\.fault.code)
            guard isLenient else {
                #expect(codes == [.unknownColumn, .unknownColumn, .malformedRecord])
                continue
            }
            #expect(bound.faults.map(\.index) == [1, 2])
            #expect(codes == [.invalidValue, .malformedRecord])
            #expect(bound.words(0, 1) == "text S-1")
            #expect(bound.words(0, 2) == "int 7")
            #expect(bound.words(3, 2) == "int 9")
        }
    }

    @Test("A respelled value moves no other record's place")
    func places() throws {
        let header = ["order_number", "customer_id", "status"]
        let records: [[Cell]] = [["S-1", "7", "straße"], ["S-2", " x", "new"]]
        let bound = try bind(header, records)
        let fault = try #require(bound.faults.first?.fault)
        // Behind the header's 100 bytes: the first record's 4, 2 and 8, `S-2,` and the space.
        #expect(fault.position == Position(record: 2, line: 3, byte: 119))
    }
}
