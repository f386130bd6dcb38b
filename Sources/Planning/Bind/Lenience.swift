import BulkModel
import Formats

/// Makes a batch what its sender meant, before it is checked: outer spaces go, enumerations get their own spelling, and
/// keys that name no column are no fault.
///
/// Fields shrink in place and spellings are written over them, so that strict batches pay nothing for this and lenient
/// ones a look at each field's ends.
struct Lenience {
    /// By input; nil where any value will do.
    private let spellings: [Spellings?]

    init(_ plan: Plan) {
        spellings = plan.inputs.map { input in
            guard case .column(let planned) = input else { return nil }
            return planned.enumeration.map(Spellings.init)
        }
    }

    /// `bytes` are the batch's.
    func relax(_ batch: inout RecordBatch, _ bytes: inout [UInt8]) {
        // The decoder has read such a record to its end: unknown keys are the only thing wrong with it.
        batch.faults.removeAll { $0.fault.code == .unknownColumn }
        guard !spellings.isEmpty else { return }
        var input = 0
        for index in batch.fields.indices {
            let field = Self.trimmed(batch.fields[index], in: bytes.span)
            batch.fields[index] = spellings[input]?.respelled(field, in: &bytes) ?? field
            input += 1
            if input == spellings.count { input = 0 }
        }
    }

    /// The field without white space at its ends.
    private static func trimmed(_ field: Field, in bytes: Span<UInt8>) -> Field {
        switch field.kind {
        case .bare, .quoted, .string: break
        case .absent, .null, .number, .true, .false, .raw: return field
        }
        var range = field.range
        while !range.isEmpty, isSpace(bytes[range.lowerBound]) {
            range = range.lowerBound + 1..<range.upperBound
        }
        while !range.isEmpty, isSpace(bytes[range.upperBound - 1]) {
            range = range.lowerBound..<range.upperBound - 1
        }
        guard range.count < Int(field.length) else { return field }
        return Field(start: UInt32(range.lowerBound), length: UInt32(range.count), kind: field.kind)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
