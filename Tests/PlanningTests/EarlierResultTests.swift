import BulkModel
import Formats
import Planning
import Testing

@Suite("Uploads made of results")
struct EarlierResultTests {
    private func bind(_ header: [String], _ records: [[Cell]]) throws -> BoundBatch {
        let plan = try Planner.plan(spec(.insert), header: header, catalog: catalog())
        return Binder(plan: plan, emptyIs: .absent).bind(batch(plan.inputNames, records))
    }

    @Test("A record that could not be read the last time fails again until its code is taken out")
    func uncorrected() throws {
        let bound = try bind(
            ["order_number", "customer_id", "_record", "_error_code"],
            [
                ["S-1", "7", "1", ""], ["S-2,7,8", "7", "2", "MALFORMED_RECORD"],
                ["S-3", "7", "3", .quoted("RECORD_TOO_LARGE")], ["S-4", "7", "4", "DUPLICATE_KEY"],
                ["S-5", "7", "5", "SOMETHING_ELSE__"],
            ])
        #expect(bound.faults.map(\.index) == [1, 2])
        #expect(bound.faults.map(\.fault.code) == [.malformedRecord, .recordTooLarge])
        #expect(bound.faults.allSatisfy { $0.fault.issue == "uncorrected" })
        #expect(bound.faults.allSatisfy { $0.fault.column == "_error_code" })
        #expect(bound.faults.allSatisfy { $0.fault.message.hasSuffix("and empty _error_code.") })
        #expect((0..<5).map { bound.words($0) } == ["text S-1", "absent", "absent", "text S-4", "text S-5"])
    }

    @Test("A code alone, without the number of a record, is no result's")
    func otherFile() throws {
        let bound = try bind(
            ["order_number", "customer_id", "_error_code"], [["S-1", "7", "MALFORMED_RECORD"]])
        #expect(bound.faults.isEmpty)
    }

    @Test("Objects that could not be read fail again too")
    func objects() throws {
        let lines = #"""
            {"_raw":"{\"order_number\"","_record":1,"_error_code":"MALFORMED_RECORD"}
            {"order_number":"S-2","customer_id":7,"_record":2,"_error_code":null}
            {"order_number":"S-3","customer_id":7,"_error_code":"MALFORMED_RECORD"}
            """#
        let plan = try Planner.plan(spec(.insert), header: nil, catalog: catalog())
        let shape = InputShape(
            format: .ndjson, delimiter: 0, endsLinesWithCR: false, columns: plan.inputNames)
        let decoded = RecordDecoder(shape: shape, limits: Limits())
            .decode(Array(lines.utf8), from: Position(record: 1, line: 1, byte: 0))
        let bound = Binder(plan: plan, emptyIs: .absent).bind(decoded)
        #expect(bound.faults.map(\.index) == [0])
        #expect(bound.faults.first?.fault.issue == "uncorrected")
    }

    @Test("Results leave the names of the table's columns and of the mapping alone")
    func names() throws {
        let table = TableDescription(
            name: "t", columns: [column("_ID"), column("_status"), column("__status"), column("_raw")],
            primaryKey: [])
        var job = spec(.insert, table: "t")
        job.options.mapping = [FieldMapping(source: "_error", column: "_status")]
        let names = ResultNames(job, table: table)
        #expect(
            names.all == [
                "_record", "___status", "_action", "__id", "_error_code", "__error", "_column", "_retryable",
            ])
        #expect(names.raw == "__raw")
        let usual = ResultNames(spec(.insert), table: sales)
        #expect(usual.all.allSatisfy { $0.hasPrefix("_") && !$0.hasPrefix("__") })
    }

    @Test("Columns of the table are written though they are named as results name theirs")
    func ownColumns() throws {
        let table = TableDescription(
            name: "t", columns: [column("_id", nullable: false), column("_status")], primaryKey: ["_id"])
        let header = ["_id", "_status", "_record", "__status", "__id", "_error_code"]
        let plan = try Planner.plan(
            spec(.insert, table: "t"), header: header, catalog: Catalog(tables: [table]))
        #expect(plan.columns.map(\.column.name) == ["_id", "_status"])
        #expect(plan.earlierResult == EarlierResult(record: 2, errorCode: 5))
    }
}
