import BulkModel
import Formats
import Planning
import Testing

@Suite("Mappings of an input's names")
struct MappingTests {
    private func job(
        _ mapping: [FieldMapping], _ operation: BulkModel.Operation = .insert, key: String? = nil
    ) -> JobSpec {
        var job = spec(operation, key: key)
        job.options.mapping = mapping
        return job
    }

    private func names(_ plan: Plan) -> [String] {
        plan.inputs.map { input in
            switch input {
            case .column(let planned): planned.column.name + (planned.isJSON ? " as JSON" : "")
            case .ignored: "-"
            case .tenantCheck: "tenant"
            }
        }
    }

    @Test("Mapped names go to their columns, all others to their own")
    func header() throws {
        let mapping = [
            FieldMapping(source: "Number", column: "order_number"),
            FieldMapping(source: "customer", column: "Customer_ID"),
            FieldMapping(source: "_meta", column: "note", isJSON: true),
        ]
        let header = ["Number", "amount", "customer", "_meta", "_error", "tenant_id"]
        let plan = try Planner.plan(job(mapping), header: header, catalog: catalog())
        #expect(
            names(plan) == ["order_number", "amount", "customer_id", "note as JSON", "-", "tenant"])
        #expect(plan.inputNames == header)
    }

    @Test("A source is found as columns are: by its very name, else by case and outer spaces")
    func folded() throws {
        let mapping = [
            FieldMapping(source: "Nr", column: "order_number"), FieldMapping(source: "NR", column: "note"),
            FieldMapping(source: "customer", column: "customer_id"),
        ]
        let plan = try Planner.plan(
            job(mapping), header: ["NR", "Nr", " Customer "], catalog: catalog())
        #expect(names(plan) == ["note", "order_number", "customer_id"])
    }

    @Test("Two columns may swap their names")
    func swapped() throws {
        let mapping = [
            FieldMapping(source: "note", column: "status"), FieldMapping(source: "status", column: "note"),
        ]
        let header = ["order_number", "customer_id", "note", "status"]
        let plan = try Planner.plan(job(mapping), header: header, catalog: catalog())
        #expect(names(plan) == ["order_number", "customer_id", "status", "note"])
        let keys = try Planner.plan(job(mapping), header: nil, catalog: catalog())
        #expect(
            keys.inputNames == [
                "id", "order_number", "customer_id", "amount", "note", "status", "tenant_id", "_record",
                "_error_code",
            ])
    }

    @Test("Keys of JSON records are picked by the sources' names")
    func keys() throws {
        let mapping = [
            FieldMapping(source: "nr", column: "order_number"),
            FieldMapping(source: "customer_id", column: "note"),
        ]
        let plan = try Planner.plan(job(mapping), header: nil, catalog: catalog())
        #expect(plan.inputNames.dropLast(2) == ["id", "nr", "amount", "status", "customer_id", "tenant_id"])
        #expect(names(plan).dropLast(2) == ["id", "order_number", "amount", "status", "note", "tenant"])
        let own = Planner.inputNames(of: ["id", "order_number", "note"], in: job(mapping))
        #expect(own == ["id", "nr", "customer_id"])
    }

    @Test(
        "A mapping that cannot work is refused before any upload, each fault by its source's name",
        arguments: [
            ([FieldMapping(source: "a", column: "custmer_id")], ErrorCode.unknownColumn, ["mapping.a"]),
            (
                [
                    FieldMapping(source: "a", column: "note"), FieldMapping(source: "b", column: "NOTE"),
                    FieldMapping(source: "c", column: "nowhere"),
                ], .invalidRequest, ["mapping.b", "mapping.c"]
            ),
            (
                [FieldMapping(source: "a", column: "note"), FieldMapping(source: "a", column: "status")],
                .invalidRequest, ["mapping.a"]
            ),
            ([FieldMapping(source: "a", column: "total")], .invalidRequest, ["mapping.a"]),
        ])
    func refused(mapping: [FieldMapping], code: ErrorCode, fields: [String]) {
        for isChecked in [true, false] {
            let refusal = #expect(throws: Refusal.self) {
                if isChecked {
                    try Planner.check(job(mapping), catalog: catalog())
                } else {
                    _ = try Planner.plan(job(mapping), header: nil, catalog: catalog())
                }
            }
            #expect(refusal?.code == code)
            #expect(refusal?.issue == "invalid_mapping")
            #expect(refusal?.details.map(\.field) == fields)
        }
    }

    @Test("A source that the header lacks is told, and its column is not told once more")
    func missingSource() throws {
        let mapping = [FieldMapping(source: "nr", column: "order_number")]
        let refused = try #require(refusal(job(mapping), ["customer_id", "status"]))
        #expect(refused.details.map(\.field) == ["mapping.nr"])
        #expect(refused.message.contains("\"order_number\""))
    }

    @Test("A column that is mapped to and named as well is given twice")
    func twice() throws {
        let mapping = [FieldMapping(source: "nr", column: "order_number")]
        let refused = try #require(
            refusal(job(mapping), ["nr", "order_number", "customer_id"]))
        #expect(refused.details.map(\.field) == ["order_number"])
        #expect(refused.message.contains("more than once"))
    }

    @Test("A delete may map its key, and whatever it reads over")
    func deleting() throws {
        let mapping = [
            FieldMapping(source: "nr", column: "order_number"), FieldMapping(source: "sum", column: "total"),
        ]
        let plan = try Planner.plan(
            job(mapping, .delete, key: "order_number"), header: ["nr", "sum"], catalog: catalog())
        #expect(names(plan) == ["order_number", "-"])
    }

    @Test(
        "Values of a JSON mapping must be JSON text, and are stored as that text",
        arguments: [
            (Cell.bare(#"{"a":1}"#), #"text {"a":1}"#), (.quoted("[1, 2]"), "text [1, 2]"),
            (.raw(#"{"a" : [1]}"#), #"text {"a" : [1]}"#), (.number("5"), "text 5"), (.true, "text true"),
            (.bare("x"), "\"x\" is not JSON"), (.string("x"), "\"x\" is not JSON"),
            (.quoted("{'a':1}"), "\"{'a':1}\" is not JSON"), (.null, "null"), (.absent, "absent"),
            (.bare(""), "absent"), (.bare("#N/A"), "null"), (.quoted(""), "\"\" is not JSON"),
        ])
    func values(cell: Cell, expected: String) throws {
        let mapping = [FieldMapping(source: "meta", column: "note", isJSON: true)]
        let plan = try Planner.plan(
            job(mapping), header: ["order_number", "customer_id", "meta"], catalog: catalog())
        let bound = Binder(plan: plan, emptyIs: .absent).bind(
            batch(plan.inputNames, [["S-1", "7", cell]]))
        #expect((bound.faults.first?.fault.message ?? bound.words(0, 2)) == expected)
        #expect(bound.faults.first.map(\.fault.issue) ?? "wrong_type" == "wrong_type")
        #expect(bound.faults.first.map(\.fault.column) ?? "note" == "note")
    }

    @Test("A JSON mapping keeps the rules of its column's own type")
    func ownType() throws {
        let mapping = [FieldMapping(source: "c", column: "customer_id", isJSON: true)]
        let plan = try Planner.plan(job(mapping), header: ["order_number", "c"], catalog: catalog())
        let bound = Binder(plan: plan, emptyIs: .absent).bind(
            batch(plan.inputNames, [["S-1", "7"], ["S-2", "[7]"], ["S-3", "+7"]]))
        #expect(bound.words(0, 1) == "int 7")
        #expect(
            bound.faults.map(\.fault.message) == ["\"[7]\" is not an integer", "\"+7\" is not JSON"])
    }
}
