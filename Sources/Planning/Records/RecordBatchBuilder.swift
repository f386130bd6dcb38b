import BulkModel
import Formats

/// Gathers checked records into one batch; what a record does not name is `absent` in it.
package struct RecordBatchBuilder {
    private let checker: RecordChecker
    private var rows: [RecordRow] = []
    /// Places in the table of the columns that records bring, the key's first.
    private var brought: [Int] = []
    /// By place in the table: which of the batch's columns it is.
    private var outputs: [Int?]

    package init(_ checker: RecordChecker) {
        self.checker = checker
        outputs = [Int?](repeating: nil, count: checker.target.table.columns.count)
        if let key = checker.columns.place(of: checker.target.key.name), !checker.target.key.isGenerated {
            bring(key)
        }
    }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func append(_ row: RecordRow) {
        for cell in row.cells { bring(cell.column) }
        rows.append(row)
    }

    /// The records in the order in which they came, and what to do with them.
    package func finish() -> (batch: BoundBatch, plan: Plan) {
        let target = checker.target
        let columns = brought.map { checker.columns.planned[$0] }
        let plan = Plan(
            operation: checker.change == .create ? .insert : .update, table: target.table,
            inputs: columns.map { .column($0) }, key: [target.key.name], tenant: target.tenant,
            inputNames: columns.map(\.column.name))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.reduce(0) { $0 + $1.bytes.count })
        var values = [BoundValue](repeating: .absent, count: rows.count * columns.count)
        var places: [RecordPlace] = []
        for (index, row) in rows.enumerated() {
            let start = UInt32(bytes.count)
            bytes += row.bytes
            places.append(RecordPlace(start: start, length: UInt32(row.bytes.count), lineOffset: 0))
            for cell in row.cells {
                guard let output = outputs[cell.column] else { continue }
                values[index * columns.count + output] = cell.value.moved(by: start)
            }
        }
        StoredSpellings(columns).settle(&values, in: &bytes)
        let batch = BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: [], recordCount: rows.count,
            origin: Position(record: 1, line: 0, byte: 0), places: places)
        return (batch, plan)
    }

    private mutating func bring(_ column: Int) {
        guard outputs[column] == nil else { return }
        outputs[column] = brought.count
        brought.append(column)
    }
}
