import BulkModel
import Formats
import Planning
import Testing

@Suite("Planning")
struct PlannerTests {
    private static let wide = ["order_number", "customer_id"]

    @Test("A table that is not there is refused before any upload")
    func unknownTable() {
        #expect(refusal(spec(.insert, table: "nope"), Self.wide)?.code == .tableNotFound)
        #expect(throws: Refusal.self) { try Planner.check(spec(.query, table: "nope"), catalog: catalog()) }
        #expect(throws: Never.self) { try Planner.check(spec(.query), catalog: catalog()) }
    }

    @Test("All unknown columns are named, each with the one that was probably meant")
    func unknownColumns() throws {
        let refused = try #require(
            refusal(spec(.insert), ["order_number", "custmer_id", "zzz", "customer_id"]))
        #expect(refused.code == .unknownColumn)
        #expect(refused.details.map(\.field) == ["custmer_id", "zzz"])
        #expect(
            refused.details.map(\.message) == [
                "Table \"sales\" has no column \"custmer_id\"; did you mean \"customer_id\"?",
                "Table \"sales\" has no column \"zzz\".",
            ])
    }

    @Test("Missing columns are all named, beside the unknown ones that explain them")
    func missingColumns() throws {
        let missing = try #require(refusal(spec(.insert), ["status"]))
        #expect(missing.code == .missingValue)
        #expect(missing.issue == "missing_columns")
        #expect(missing.details.map(\.field) == ["order_number", "customer_id"])
        let both = try #require(refusal(spec(.insert), ["ordernumber", "customer_id"]))
        #expect(both.code == .unknownColumn)
        #expect(both.details.map(\.code) == [.unknownColumn, .missingValue])
    }

    @Test("A message of many faults stays short, the details have them all")
    func manyFaults() throws {
        let refused = try #require(refusal(spec(.insert), (0..<50).map { "unheard_of_\($0)" }))
        #expect(refused.details.count == 52)
        #expect(refused.message.hasSuffix("And 42 more."))
    }

    @Test("A computed column cannot be written, and a column not twice")
    func notWritable() throws {
        let computed = try #require(refusal(spec(.insert), Self.wide + ["total"]))
        #expect(computed.details.map(\.field) == ["total"])
        #expect(computed.message.contains("computed"))
        let twice = try #require(refusal(spec(.insert), Self.wide + ["Status", "status"]))
        #expect(twice.details.map(\.field) == ["status"])
    }

    @Test("Header names match exactly, else by case and outer spaces where that is unique")
    func matching() throws {
        let plan = try Planner.plan(
            spec(.insert), header: [" Order_Number ", "CUSTOMER_ID"], catalog: catalog())
        #expect(plan.columns.map(\.column.name) == ["order_number", "customer_id"])
        let table = TableDescription(
            name: "t", columns: [column("Id"), column("ID"), column("id")], primaryKey: [])
        let cased = Catalog(tables: [table])
        #expect(refusal(spec(.insert, table: "t"), ["iD"], cased)?.code == .unknownColumn)
        let exact = try Planner.plan(spec(.insert, table: "t"), header: ["ID"], catalog: cased)
        #expect(exact.columns.map(\.column.name) == ["ID"])
    }

    @Test("Names that begin with _ are read over, unless the table has such a column")
    func underscores() throws {
        let table = TableDescription(
            name: "t", columns: [column("a"), column("_version"), column("_id")], primaryKey: [])
        let plan = try Planner.plan(
            spec(.insert, table: "t"), header: ["a", "_version", "_id", "_error", "_else"],
            catalog: Catalog(tables: [table]))
        #expect(plan.columns.map(\.column.name) == ["a", "_version", "_id"])
        #expect(plan.inputs.count == 5)
    }

    @Test("The tenant column is checked, never required and never a value")
    func tenant() throws {
        let plan = try Planner.plan(spec(.insert), header: Self.wide + ["tenant_id"], catalog: catalog())
        #expect(plan.inputs.last == .tenantCheck)
        #expect(plan.tenant == Plan.Tenant(column: "tenant_id", value: TenantID("acme")))
        let shared = try Planner.plan(
            spec(.insert), header: Self.wide + ["tenant_id"], catalog: catalog(TableRules()))
        #expect(shared.tenant == nil)
        #expect(
            refusal(spec(.insert), Self.wide, catalog(TableRules(tenantColumn: "owner")))?.code
                == .internalError)
    }

    @Test(
        "Update, upsert and delete need their key in the header",
        arguments: [Operation.update, .upsert, .delete])
    func keyNeeded(operation: BulkModel.Operation) throws {
        let refused = try #require(refusal(spec(operation), ["status"]))
        #expect(refused.code == .missingValue)
        #expect(refused.details.map(\.field) == ["id"])
        #expect(refusal(spec(operation), ["id", "status"]) == nil)
    }

    @Test("An update needs something to set")
    func nothingToSet() {
        #expect(refusal(spec(.update), ["id", "_error", "tenant_id"])?.issue == "nothing_to_set")
    }

    @Test("A delete looks at the key alone, so that a failed file can be sent again")
    func deleteIgnores() throws {
        let plan = try Planner.plan(
            spec(.delete), header: ["id", "status", "total", "unheard_of", "_error", "tenant_id"],
            catalog: catalog())
        #expect(plan.columns.map(\.column.name) == ["id"])
        #expect(plan.inputs.last == .tenantCheck)
    }

    @Test(
        "A key must be the primary key or a unique one, the tenant column not counted",
        arguments: [
            (String?.none, [String]?.some(["id"])), ("id", ["id"]), ("order_number", ["order_number"]),
            ("Order_Number", ["order_number"]), ("note,status", ["note", "status"]), ("note", nil),
            ("customer_id", nil),
            ("tenant_id", nil), ("nope", nil),
        ])
    func keys(key: String?, expected: [String]?) throws {
        let job = spec(.upsert, key: key)
        guard let expected else {
            let refused = try #require(refusal(job, ["id", "order_number", "status", "note"]))
            #expect(refused.code == .invalidRequest)
            #expect(refused.details.map(\.field) == ["key"])
            #expect(throws: Refusal.self) { try Planner.check(job, catalog: catalog()) }
            return
        }
        let plan = try Planner.plan(
            job, header: ["id", "order_number", "status", "note"], catalog: catalog())
        #expect(plan.key == expected)
        #expect(plan.columns.filter(\.isKey).map(\.column.name).sorted() == expected.sorted())
    }

    @Test("Without the tenant rule a unique key of two columns needs both")
    func tenantKeyWithoutRule() {
        #expect(
            refusal(spec(.upsert, key: "order_number"), Self.wide, catalog(TableRules()))?.issue
                == "key_not_unique")
    }

    @Test("A composite primary key is the key with all its columns, less the tenant's")
    func composite() throws {
        let table = TableDescription(
            name: "lines", columns: ["t", "order_id", "line", "text"].map { column($0) },
            primaryKey: ["t", "order_id", "line"])
        let lines = Catalog(tables: [table], rules: ["lines": TableRules(tenantColumn: "t")])
        let job = spec(.update, table: "lines")
        #expect(
            try Planner.plan(job, header: ["line", "order_id", "text"], catalog: lines).key == [
                "order_id", "line",
            ])
        #expect(refusal(job, ["order_id", "text"], lines)?.details.map(\.field) == ["line"])
    }

    @Test("The configured key stands in for the primary key, and a table without any needs one named")
    func configuredKey() throws {
        let rules = TableRules(key: "order_number", tenantColumn: "tenant_id")
        let plan = try Planner.plan(spec(.delete), header: ["order_number"], catalog: catalog(rules))
        #expect(plan.key == ["order_number"])
        let table = TableDescription(name: "log", columns: [column("a")], primaryKey: [])
        let keyless = refusal(spec(.delete, table: "log"), ["a"], Catalog(tables: [table]))
        #expect(keyless?.issue == "no_key")
    }

    @Test("A text primary key must be given on insert, since SQLite would let NULL in")
    func textPrimaryKey() {
        let table = TableDescription(name: "t", columns: [column("code"), column("a")], primaryKey: ["code"])
        #expect(
            refusal(spec(.insert, table: "t"), ["a"], Catalog(tables: [table]))?.details.map(\.field) == [
                "code"
            ])
    }

    @Test("An upsert needs what the configuration requires, but not what only new records need")
    func upsertRequired() {
        let rules = TableRules(tenantColumn: "tenant_id", required: ["note"])
        #expect(refusal(spec(.upsert), ["id", "status"], catalog(rules))?.details.map(\.field) == ["note"])
        #expect(refusal(spec(.upsert), ["id", "note"], catalog(rules)) == nil)
    }

    @Test(
        "For JSON the inputs are the writable columns in table order and what tells of results; no header is judged"
    )
    func json() throws {
        let plan = try Planner.plan(spec(.insert), header: nil, catalog: catalog())
        #expect(
            plan.inputNames == [
                "id", "order_number", "customer_id", "amount", "status", "note", "tenant_id", "_record",
                "_error_code",
            ])
        #expect(plan.inputs[6...] == [.tenantCheck, .ignored, .ignored])
        let deletion = try Planner.plan(spec(.delete), header: nil, catalog: catalog())
        #expect(deletion.columns.map(\.column.name) == ["id"])
    }

    @Test("A column takes the values of its type, unless the configuration takes fewer")
    func allowedValues() throws {
        let table = TableDescription(name: "t", columns: [mood], primaryKey: [])
        let plain = try Planner.plan(
            spec(.insert, table: "t"), header: ["mood"], catalog: Catalog(tables: [table]))
        #expect(plain.columns.map(\.enumeration) == [["sad", "happy"]])
        let narrowed = try Planner.plan(
            spec(.insert, table: "t"), header: ["mood"],
            catalog: Catalog(tables: [table], rules: ["t": TableRules(enumerations: ["mood": ["sad"]])]))
        #expect(narrowed.columns.map(\.enumeration) == [["sad"]])
        let bound = Binder(plan: plain, emptyIs: .absent).bind(batch(["mood"], [["happy"], ["Happy"]]))
        #expect(bound.words(0) == "text happy")
        #expect(bound.faults.map(\.fault.message) == ["\"Happy\" is not one of sad, happy"])
    }

    @Test("A query job takes no upload")
    func query() {
        #expect(refusal(spec(.query), nil)?.code == .invalidRequest)
    }
}
