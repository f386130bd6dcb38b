import Planning

/// Writes the values of one column after another into a COPY, straight from the batch's bytes.
struct RowWriter {
    /// How a column's values are spelled.
    enum Spelling {
        case plain
        case flag
        case array
    }

    let view: BatchView
    private let spellings: [Spelling]

    init(_ view: BatchView, _ columns: [PlannedColumn]) {
        self.view = view
        spellings = columns.map { planned in
            if case .boolean = planned.column.type { return .flag }
            return planned.column.declaredType.hasSuffix("[]") ? .array : .plain
        }
    }

    /// An absent value is written as NULL.
    func write(_ value: BoundValue, of column: Int, to copy: inout CopyWriter) {
        switch value {
        case .absent, .null: copy.appendNull()
        case .integer(let integer):
            if case .flag = spellings[column], 0...1 ~= integer {
                copy.append(flag: integer == 1)
            } else {
                copy.append(integer: integer)
            }
        case .real(let real): copy.append(real: real)
        case .text(let start, let length):
            let text = UnsafeRawBufferPointer(start: view.bytes + Int(start), count: Int(length))
            guard case .array = spellings[column], let literal = ArrayLiteral.bytes(text) else {
                return copy.append(text: text)
            }
            literal.withUnsafeBytes { copy.append(text: $0) }
        case .blob(let start, let length):
            copy.append(blob: UnsafeRawBufferPointer(start: view.bytes + Int(start), count: Int(length)))
        }
    }
}
