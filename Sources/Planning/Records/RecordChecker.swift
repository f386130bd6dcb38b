package import BulkModel
package import Formats

/// Holds the bodies of records, for one kind of change to one table, against columns and rules.
package struct RecordChecker: Sendable {
    let target: RecordTarget
    let change: RecordChange
    let columns: RecordColumns
    let times: RecordTimes
    let keys: RecordKeyReader
    let now: Timestamp
    /// Columns that a whole record must bring.
    let required: [ColumnDescription]
    private let bytesMax: Int
    private let columnsMax: Int

    /// Throws INTERNAL_ERROR for rules that the table cannot keep.
    package init(
        _ target: RecordTarget, _ change: RecordChange, now: Timestamp, limits: Limits
    ) throws(Refusal) {
        let insert = PlanTarget(operation: .insert, table: target.table, rules: target.rules, key: [])
        let update = PlanTarget(
            operation: .update, table: target.table, rules: target.rules, key: [target.key.name])
        self.target = target
        self.change = change
        self.now = now
        keys = RecordKeyReader(target)
        columns = RecordColumns(target, write: change == .create ? insert : update)
        times = try RecordTimes(target)
        let ours = times.columns(setBy: .create).map(\.name)
        required =
            change == .patch
            ? [] : insert.requiredColumns.filter { $0.name != target.key.name && !ours.contains($0.name) }
        bytesMax = limits.recordBytesMax
        columnsMax = limits.columnsMax
    }

    /// The record's values, or every fault that it has. `key` is what a path says; `freshKey` is given to a new record that
    /// brings no key. Of a body with too many members nothing is read.
    package func check(
        _ body: [JSONValue.Member], key: RecordKey?, freshKey: String? = nil
    ) -> Result<RecordRow, Refusal> {
        guard body.count <= columnsMax else {
            let message = "The record names \(body.count) columns, more than \(columnsMax)."
            return .failure(
                Refusal(
                    .validationError, issue: "too_many_columns", message,
                    details: [Refusal.Detail(field: "body", code: .invalidValue, message: message)]))
        }
        var reading = RecordReading(self, key: key, freshKey: freshKey)
        for member in body { reading.take(member) }
        reading.finish()
        if let refusal = reading.faults.refusal { return .failure(refusal) }
        guard reading.row.bytes.count <= bytesMax else {
            return .failure(
                Refusal(
                    .recordTooLarge, issue: "record_bytes",
                    "The record has \(reading.row.bytes.count) bytes of values, more than \(bytesMax)."))
        }
        return .success(reading.row)
    }
}
