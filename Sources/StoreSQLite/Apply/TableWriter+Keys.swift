import BulkModel
import Engine
import Planning

extension TableWriter {
    /// Columns that a record is known by; plans of inserts need not name any.
    var keyNames: [String] { plan.key.isEmpty ? plan.table.primaryKey : plan.key }

    /// The key that a default of the database made for the record created last; nil when that cannot be told.
    func madeKey() throws -> RecordKey? {
        guard keyNames.count == 1, let row = OwnRows.rowNumber(of: plan.table) else { return nil }
        let name = Identifier.quoted(keyNames[0])
        let sql =
            "SELECT \(name) FROM main.\(Identifier.quoted(plan.table.name)) WHERE \(row) = last_insert_rowid()"
        // Tables without row numbers refuse it: their keys come with the records, or are not told.
        guard let statement = try? other(sql) else { return nil }
        defer { statement.reset() }
        // A key that cannot be named is not told either.
        return try statement.nextRow() ? try? statement.key(at: 0) : nil
    }

    /// The record's own key, whichever the plan finds records by.
    func recordKey(_ row: UnsafePointer<BoundValue>, _ view: BatchView) -> RecordKey? {
        guard let name = plan.idColumn, let index = columns.firstIndex(where: { $0.column.name == name })
        else { return key(row, view) }
        return view.key(row[index])
    }

    /// What the record itself says that it is known by; nil when it does not.
    func key(_ row: UnsafePointer<BoundValue>, _ view: BatchView) -> RecordKey? {
        let names = keyNames
        let values = names.compactMap { name in
            columns.firstIndex { $0.column.name == name }.flatMap { view.key(row[$0]) }
        }
        guard values.count == names.count, let first = values.first else { return nil }
        return values.count == 1 ? first : .text(values.map(\.text).joined(separator: ","))
    }
}

extension BatchView {
    /// The value as a key, nil for none and for blobs.
    fileprivate func key(_ value: BoundValue) -> RecordKey? {
        switch value {
        case .absent, .null, .blob: nil
        case .integer(let integer): .integer(integer)
        case .real(let real): .text("\(real)")
        case .text(let start, let length):
            .text(
                String(
                    decoding: UnsafeRawBufferPointer(start: bytes + Int(start), count: Int(length)),
                    as: UTF8.self))
        }
    }
}
