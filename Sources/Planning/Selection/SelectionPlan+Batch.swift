package import BulkModel
import Formats

extension SelectionPlan {
    /// The records as a batch of `write`: one row each, with a fault where `judge` finds one or a document cannot be merged;
    /// `now` goes into the time marks that the plan sets.
    ///
    /// The values that all rows share are in the bytes once. Budget: an allocation a batch for each array, none a record
    /// (where documents are merged: what reading and writing them takes).
    package func batch(of records: [SelectedRecord], firstRecord: Int, now: Timestamp) -> BoundBatch {
        let columns = write.columns
        var bytes = row.bytes
        let shared = row.values(now: now, in: &bytes)
        var values: [BoundValue] = []
        values.reserveCapacity(records.count * columns.count)
        var faults: [RecordFault] = []
        for index in records.indices {
            let fault =
                judge(records[index], number: firstRecord + index)
                ?? append(
                    records[index], number: firstRecord + index, shared, to: &values, &bytes)
            guard let fault else { continue }
            faults.append(RecordFault(index: index, fault: fault))
            for _ in columns.indices { values.append(.absent) }
        }
        let place = RecordPlace(start: 0, length: 0, lineOffset: 0)
        return BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: faults, recordCount: records.count,
            origin: Position(record: firstRecord, line: 0, byte: 0),
            places: [RecordPlace](repeating: place, count: records.count))
    }

    /// Appends the record's row; nothing when there is a fault.
    private func append(
        _ record: SelectedRecord, number: Int, _ shared: [BoundValue], to values: inout [BoundValue],
        _ bytes: inout [UInt8]
    ) -> Fault? {
        let first = values.count
        values.append(bind(record.key, in: &bytes))
        for value in shared { values.append(value) }
        guard !merges.isEmpty else { return nil }
        for (index, merge) in merges.enumerated() {
            // A store that did not read the document must not have it overwritten.
            let document = record.documents.indices.contains(index) ? record.documents[index] : "?"
            switch merge.merge(into: document) {
            case .same: values[first + 1 + merge.index] = append(document ?? "", to: &bytes)
            case .text(let text): values[first + 1 + merge.index] = append(text, to: &bytes)
            case .unreadable:
                values.removeLast(values.count - first)
                return unreadable(merge.column, number)
            }
        }
        return nil
    }

    private func unreadable(_ column: ColumnDescription, _ number: Int) -> Fault {
        Fault(
            .invalidValue, issue: "not_json", at: Position(record: number, line: 0, byte: 0),
            column: column.name,
            message:
                "Column \"\(column.name)\" of this record holds what is no JSON, so nothing can be merged into it"
        )
    }

    /// The key as a value of its column; text goes behind the bytes.
    private func bind(_ key: RecordKey, in bytes: inout [UInt8]) -> BoundValue {
        switch (key, self.key.type) {
        case (.integer(let number), .integer), (.integer(let number), .boolean), (.integer(let number), .any):
            return .integer(number)
        case (.integer(let number), .real): return .real(Double(number))
        case (.integer(let number), _): return append(String(number), to: &bytes)
        case (.text(let text), .real):
            guard case .value(let number) = RealText.read(Array(text.utf8).span) else {
                return append(text, to: &bytes)
            }
            return .real(number)
        case (.text(let text), _): return append(text, to: &bytes)
        }
    }

    private func append(_ text: String, to bytes: inout [UInt8]) -> BoundValue {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: text.utf8)
        return .text(start: start, length: UInt32(bytes.count) - start)
    }

    private func append(_ text: [UInt8], to bytes: inout [UInt8]) -> BoundValue {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: text)
        return .text(start: start, length: UInt32(bytes.count) - start)
    }
}
