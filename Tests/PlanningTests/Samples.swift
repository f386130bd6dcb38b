import BulkModel
import Formats
import Planning

/// A batch of these records, one a line, as if a decoder had read it from the beginning of a file.
func batch(_ columns: [String], _ records: [[Cell]], faults: [RecordFault] = []) -> RecordBatch {
    var bytes: [UInt8] = []
    var fields: [Field] = []
    var places: [RecordPlace] = []
    for (index, record) in records.enumerated() {
        let start = bytes.count
        for cell in record {
            let text = Array(cell.text.utf8)
            fields.append(
                Field(start: UInt32(bytes.count), length: UInt32(text.count), kind: cell.kind))
            bytes += text
            bytes.append(UInt8(ascii: ","))
        }
        places.append(
            RecordPlace(
                start: UInt32(start), length: UInt32(bytes.count - start), lineOffset: UInt32(index)))
    }
    return RecordBatch(
        bytes: bytes, columns: columns, fields: fields, places: places, faults: faults,
        origin: Position(record: 1, line: 2, byte: 100))
}

extension BoundBatch {
    /// The value in words, for comparing: `int 5`, `real 1.5`, `text abc`, `blob 0a0b`, `null`, `absent`.
    func words(_ record: Int, _ column: Int = 0) -> String {
        switch values[record * columns.count + column] {
        case .absent: return "absent"
        case .null: return "null"
        case .integer(let value): return "int \(value)"
        case .real(let value): return "real \(value)"
        case .text(let start, let length):
            return "text " + String(decoding: bytes[Int(start)..<Int(start + length)], as: UTF8.self)
        case .blob(let start, let length):
            let digits = bytes[Int(start)..<Int(start + length)].map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            return "blob " + digits.joined()
        }
    }
}

/// A column as introspection would describe it.
func column(
    _ name: String, _ declared: String = "TEXT", nullable: Bool = true, default text: String? = nil,
    generated: Bool = false, automatic: Bool = false
) -> ColumnDescription {
    ColumnDescription(
        name: name, declaredType: declared, type: DeclaredType.valueType(declared), isNullable: nullable,
        defaultSQL: text, isGenerated: generated, isAutomatic: automatic)
}

/// A column whose type has two values, as PostgreSQL's enumerated types.
let mood = ColumnDescription(
    name: "mood", declaredType: "mood", type: .text(lengthMax: nil), allowedValues: ["sad", "happy"])

/// A table of many kinds of column: the sample that most tests plan against.
let sales = TableDescription(
    name: "sales",
    columns: [
        column("id", "INTEGER", automatic: true),
        column("order_number", "VARCHAR(20)", nullable: false),
        column("customer_id", "INTEGER", nullable: false),
        column("amount", "DECIMAL(10,2)", nullable: false, default: "0"),
        column("status"),
        column("note"),
        column("total", "REAL", generated: true),
        column("tenant_id", nullable: false),
    ],
    primaryKey: ["id"], uniqueKeys: [["tenant_id", "order_number"], ["note", "status"]])

/// The catalog with `sales` and nothing else.
func catalog(_ rules: TableRules = TableRules(tenantColumn: "tenant_id")) -> Catalog {
    Catalog(tables: [sales], rules: ["sales": rules])
}

/// A job on `sales` of tenant `acme`.
func spec(_ operation: BulkModel.Operation, key: String? = nil, table: String = "sales") -> JobSpec {
    JobSpec(tenant: TenantID("acme"), dialect: "bulk-jobs", operation: operation, table: table, key: key)
}

/// What planning refuses, nil when it does not.
func refusal(
    _ spec: JobSpec, _ header: [String]?, _ catalog: Catalog = catalog()
) -> Refusal? {
    do throws(Refusal) {
        _ = try Planner.plan(spec, header: header, catalog: catalog)
        return nil
    } catch {
        return error
    }
}

/// Binds one field into a table of one nullable column `c` of this type.
func bindOne(
    _ cell: Cell, _ declared: String, emptyIs: EmptyMeaning = .absent, enumeration: [String]? = nil
) -> BoundBatch {
    let planned = PlannedColumn(
        column: column("c", declared), isRequired: false, isKey: false, enumeration: enumeration)
    let plan = Plan(
        operation: .insert, table: TableDescription(name: "t", columns: [planned.column], primaryKey: []),
        inputs: [.column(planned)], key: [], tenant: nil, inputNames: ["c"])
    return Binder(plan: plan, emptyIs: emptyIs).bind(batch(["c"], [[cell]]))
}

/// The bound value in words, or the fault's message.
func outcome(
    _ cell: Cell, _ declared: String, emptyIs: EmptyMeaning = .absent, enumeration: [String]? = nil
) -> String {
    let bound = bindOne(cell, declared, emptyIs: emptyIs, enumeration: enumeration)
    return bound.faults.first?.fault.message ?? bound.words(0)
}
