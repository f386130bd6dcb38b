import BulkModel
import Formats

/// One record to be rendered: its place in a batch, what became of it and what identifies it.
///
/// Boundary: `bytes` are lent by the caller of `RecordRenderer.render` for the duration of that call only.
struct RenderedRecord {
    /// The bytes of the batch, nil when the record could not be read (refused by the splitter, or damaged on
    /// disk).
    let bytes: UnsafeRawBufferPointer?
    /// Its fields, one a column of the upload; empty when it could not be read.
    let fields: ArraySlice<Field>
    /// Where it lies in `bytes`.
    let place: RecordPlace?
    /// False when the decoder found it malformed.
    let isWellFormed: Bool
    /// From 1.
    let number: Int
    let outcome: OutcomeWalker.Outcome

    /// The bytes of a field of this record.
    func span(_ field: Field) -> UnsafeRawBufferPointer {
        span(start: Int(field.start), length: Int(field.length))
    }

    /// Bytes of the batch; empty when there are none.
    func span(start: Int, length: Int) -> UnsafeRawBufferPointer {
        guard let bytes, start >= 0, length > 0, start + length <= bytes.count else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    }

    /// The field of that column, absent when there is none.
    func field(at index: Int) -> Field {
        let position = fields.startIndex + index
        return position < fields.endIndex ? fields[position] : .absent
    }

    /// What an unreadable record bears until it is corrected, so that it fails again when it is sent as it is; nil when it can
    /// be read.
    var unreadableCode: ErrorCode? {
        guard !isWellFormed else { return nil }
        return place == nil ? .recordTooLarge : .malformedRecord
    }

    /// True when the whole record stands in its first field, as it came: it could not be cut into cells, or has too many.
    var isRawLine: Bool {
        guard !isWellFormed, let place, let first = fields.first, first.kind == .bare else { return false }
        return first.start == place.start && first.length == place.length
    }

    /// True when all its fields are bare and fill the place, one byte between each and the next: then its bytes are
    /// the line as it came.
    func isPlain(_ place: RecordPlace) -> Bool {
        var next = place.start
        for field in fields {
            guard field.kind == .bare, field.start == next else { return false }
            next = field.start + field.length + 1
        }
        return next == place.start + place.length + 1
    }
}
