import Planning

/// The values and bytes of a batch by address, for the length of one pass.
///
/// Invariant: made inside `withUnsafe…` closures over the batch and never kept beyond them; `index` is below
/// the batch's record count. Addresses instead of arrays, because a million records of ten columns are ten
/// million lookups.
struct BatchView {
    let values: UnsafePointer<BoundValue>
    let bytes: UnsafeRawPointer
    let columnCount: Int

    /// The values of the record at `index`, one for each column.
    func row(_ index: Int) -> UnsafePointer<BoundValue> { values + index * columnCount }

    /// The whole text of a value that is one, nil for others.
    func text(_ value: BoundValue) -> String? {
        guard case .text(let start, let length) = value else { return nil }
        return String(
            decoding: UnsafeRawBufferPointer(start: bytes + Int(start), count: Int(length)), as: UTF8.self)
    }

    /// The value as a message quotes it, cut after 64 bytes; nil for none.
    func quoted(_ value: BoundValue) -> String? {
        switch value {
        case .absent, .null, .blob: return nil
        case .integer(let integer): return "\(integer)"
        case .real(let real): return "\(real)"
        case .text(let start, let length):
            let shown = UnsafeRawBufferPointer(start: bytes + Int(start), count: min(64, Int(length)))
            return "\"" + String(decoding: shown, as: UTF8.self) + (length > 64 ? "…\"" : "\"")
        }
    }

    /// Runs `body` with a view of the batch.
    static func with<Value>(_ batch: BoundBatch, _ body: (BatchView) throws -> Value) rethrows -> Value {
        try batch.values.withUnsafeBufferPointer { values in
            try batch.bytes.withUnsafeBytes { bytes in
                // Empty arrays may have no address; nothing is read then.
                let base = bytes.baseAddress ?? UnsafeRawPointer(values.baseAddress ?? noValues)
                return try body(
                    BatchView(
                        values: values.baseAddress ?? noValues, bytes: base, columnCount: batch.columns.count)
                )
            }
        }
    }

    /// One value that is never read; constant after it is made.
    nonisolated(unsafe) private static let noValues: UnsafePointer<BoundValue> = {
        let value = UnsafeMutablePointer<BoundValue>.allocate(capacity: 1)
        value.initialize(to: .absent)
        return UnsafePointer(value)
    }()
}

extension BoundValue {
    var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    var isMissing: Bool {
        switch self {
        case .absent, .null: true
        default: false
        }
    }
}
