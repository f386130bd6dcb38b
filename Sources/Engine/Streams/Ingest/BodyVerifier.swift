import BulkModel
import Formats

/// Compares a body that is sent again with the marks of what was committed of it, in whatever pieces it comes.
struct BodyVerifier: Sendable {
    /// Records before this one are committed.
    private let checkpoint: Int
    private var marks: ArraySlice<Segment> = []
    /// Number of the first record behind the marks at hand.
    private var nextRecord = 1
    private var byteCount = 0
    private var sum: UInt32 = 0

    init(checkpoint: Int) { self.checkpoint = checkpoint }

    /// Number of the record whose marks are needed next; nil while there are marks, or none are needed.
    var missingMarks: Int? { marks.isEmpty && nextRecord < checkpoint ? nextRecord : nil }

    /// All that was committed has come again.
    var isDone: Bool { marks.isEmpty && nextRecord >= checkpoint }

    /// Takes the marks of the record that was missing.
    mutating func add(_ page: SegmentPage) throws(BooksError) {
        let added = page.segments.filter { $0.origin.record < checkpoint }
        guard page.firstRecord == nextRecord, added.first?.origin.byte == byteCount, let last = added.last
        else {
            throw BooksError("marks of a body begin at \(page.firstRecord), not at \(nextRecord)")
        }
        marks = added[...]
        nextRecord = last.origin.record + last.recordCount
    }

    /// Compares the bytes from `index` on, as far as there are marks; gives the index of the first one not compared.
    /// Boundary: the bytes are lent to the sum for one call; the range lies within them.
    mutating func check(_ bytes: [UInt8], from index: Int) throws(Refusal) -> Int {
        var index = index
        while let mark = marks.first {
            let end = min(bytes.count, index + mark.origin.byte + mark.byteCount - byteCount)
            sum = bytes.withUnsafeBytes {
                Checksum.crc32(UnsafeRawBufferPointer(rebasing: $0[index..<end]), seed: sum)
            }
            byteCount += end - index
            index = end
            guard byteCount == mark.origin.byte + mark.byteCount else { return index }
            guard sum == mark.checksum else { throw Self.otherBody(at: mark.origin, mark.recordCount) }
            sum = 0
            marks.removeFirst()
        }
        return index
    }

    /// The body has come to its end; everything that was committed must have come.
    func finish() throws(Refusal) {
        guard !isDone else { return }
        throw Self.otherBody(
            at: Position(record: marks.first?.origin.record ?? nextRecord, line: 0, byte: byteCount))
    }

    /// The refusal of a body that is not the one that was sent before, or goes on where that one ended.
    static func otherBody(at position: Position, _ recordCount: Int = 1) -> Refusal {
        let last = position.record + recordCount - 1
        let records =
            last > position.record
            ? "one of the records \(position.record) to \(last)" : "record \(position.record)"
        let line = position.line > 0 ? ", from line \(position.line)" : ""
        let message =
            "The body differs from the one that was sent before, at \(records)\(line), byte \(position.byte) on; "
            + "send the same body, or begin a new operation."
        return Refusal(
            .invalidRequest, issue: "other_body", message,
            details: [.init(field: nil, code: .invalidRequest, message: message, position: position)])
    }
}
