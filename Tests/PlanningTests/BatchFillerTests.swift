import BulkModel
import Formats
import Testing

@testable import Planning

@Suite("What the server fills in new records")
struct BatchFillerTests {
    private static let table = TableDescription(
        name: "notes",
        columns: [
            ColumnDescription(
                name: "id", declaredType: "TEXT", type: .text(lengthMax: nil), isNullable: false),
            ColumnDescription(name: "name", declaredType: "TEXT", type: .text(lengthMax: nil)),
            ColumnDescription(name: "made", declaredType: "TIMESTAMP", type: .timestamp, isNullable: false),
            ColumnDescription(name: "day", declaredType: "DATE", type: .date),
        ], primaryKey: ["id"], uniqueKeys: [["name"]])

    private static let rules = TableRules(
        keyPrefix: "n_", timestamps: TimestampRule(created: "made", updated: "day"))

    /// The records as `name=value` texts, filled.
    private static func fill(
        _ operation: BulkModel.Operation, _ csv: String, key: String? = nil
    ) throws -> (rows: [[String]], newOnly: [String]) {
        var spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: operation, table: "notes")
        spec.key = key
        let lines = csv.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let header = lines[0].split(separator: ",").map(String.init)
        let catalog = Catalog(tables: [table], rules: ["notes": rules])
        let plan = try Planner.plan(spec, header: header, catalog: catalog)
        let shape = InputShape(
            format: .csv, delimiter: UInt8(ascii: ","), endsLinesWithCR: false, columns: plan.inputNames)
        let body = lines.dropFirst().joined(separator: "\n") + "\n"
        let decoder = RecordDecoder(shape: shape, limits: Limits())
        let bound = Binder(plan: plan, emptyIs: .absent).bind(
            decoder.decode(Array(body.utf8), from: Position(record: 1, line: 2, byte: 0)))
        let filler = try #require(BatchFiller(plan: plan))
        var number = 0
        let batch = filler.fill(bound, now: Timestamp(unixSeconds: 1_700_000_000)) { prefix in
            number += 1
            return "\(prefix)\(number)"
        }
        let rows = (0..<batch.recordCount).map { record in
            batch.columns.indices.compactMap { place -> String? in
                guard case .text(let start, let length) = batch.values[record * batch.columns.count + place]
                else { return nil }
                let text = String(decoding: batch.bytes[Int(start)..<Int(start + length)], as: UTF8.self)
                return "\(batch.columns[place].column.name)=\(text)"
            }
        }
        return (rows, batch.columns.filter(\.isForNewOnly).map(\.column.name))
    }

    @Test("an insert fills ids and times that a record does not bring, record by record")
    func inserts() throws {
        let (rows, newOnly) = try Self.fill(.insert, "name,id\nA,\nB,mine")
        #expect(
            rows == [
                ["name=A", "id=n_1", "made=2023-11-14T22:13:20Z", "day=2023-11-14"],
                ["name=B", "id=mine", "made=2023-11-14T22:13:20Z", "day=2023-11-14"],
            ])
        #expect(newOnly.isEmpty)
    }

    @Test("an upsert fills for new records alone, and writes what its records bring")
    func upserts() throws {
        let filled = try Self.fill(.upsert, "name\nA", key: "name")
        #expect(filled.rows == [["name=A", "id=n_1", "made=2023-11-14T22:13:20Z", "day=2023-11-14"]])
        #expect(filled.newOnly == ["id", "made", "day"])
        let brought = try Self.fill(.upsert, "name,day\nA,2020-01-01\nB,", key: "name")
        #expect(brought.rows[0].contains("day=2020-01-01"))
        #expect(
            !brought.rows[1].contains { $0.hasPrefix("day=") }, "it would be written into old ones as well")
        #expect(brought.newOnly == ["id", "made"])
    }

    @Test("faulty records are left as they are, and updates fill nothing")
    func others() throws {
        let (rows, _) = try Self.fill(.insert, "name,made\nA,never\nB,")
        #expect(rows[0].isEmpty)
        #expect(rows[1].contains("made=2023-11-14T22:13:20Z"))
        var spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .update, table: "notes")
        spec.key = "id"
        let plan = try Planner.plan(
            spec, header: ["id", "name"], catalog: Catalog(tables: [Self.table], rules: ["notes": Self.rules])
        )
        #expect(plan.fills.isEmpty)
    }
}
