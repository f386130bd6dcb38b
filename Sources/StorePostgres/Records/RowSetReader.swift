import BulkModel
import Engine
import Planning

/// Puts rows of the server, which are texts, into the form of their columns' types.
struct RowSetReader {
    let columns: [ColumnDescription]
    /// Column of the rows in which the first of them stands.
    let first: Int

    /// SQL of the columns, of the table `t`.
    var select: String { columns.map { "t.\(SQLText.quoted($0.name))" }.joined(separator: ", ") }

    /// `indices`: see `RowSet.indices`.
    func rowSet(_ rows: Rows, indices: [Int]) throws(StoreError) -> RowSet {
        var bytes: [UInt8] = []
        var values: [BoundValue] = []
        values.reserveCapacity(rows.count * columns.count)
        for row in 0..<rows.count {
            for (place, column) in columns.enumerated() {
                values.append(value(rows, row, first + place, of: column.type, &bytes))
            }
            guard bytes.count <= Int(UInt32.max) else {
                throw StoreError(.failed, "the records are larger than 4 GiB together")
            }
        }
        return RowSet(columns: columns, bytes: bytes, values: values, indices: indices)
    }

    private func value(
        _ rows: Rows, _ row: Int, _ column: Int, of type: ValueType, _ bytes: inout [UInt8]
    ) -> BoundValue {
        guard !rows.isNull(row, column) else { return .null }
        switch type {
        case .integer:
            if let number = rows.integer(row, column) { return .integer(Int64(number)) }
        case .boolean: return .integer(rows.flag(row, column) ? 1 : 0)
        case .real:
            if let number = rows.text(row, column).flatMap({ Double($0) }) { return .real(number) }
        case .blob:
            let start = bytes.count
            bytes += rows.bytes(row, column)
            return .blob(
                start: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: bytes.count - start))
        case .decimal, .date, .timestamp, .time, .uuid, .json, .text, .any: break
        }
        let start = bytes.count
        rows.append(row, column, to: &bytes)
        return .text(
            start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: bytes.count - start))
    }
}
