import BulkModel
import Engine
import Planning

extension TableWriter {
    /// What the record itself says that it is known by; nil when it does not.
    func key(_ row: UnsafePointer<BoundValue>, _ view: BatchView) -> RecordKey? {
        let names = plan.operation == .insert ? plan.table.primaryKey : plan.key
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
