package import BulkModel

/// Finds record boundaries in an upload while it arrives, and gives out segments of whole records.
///
/// The header (CSV), the opening bracket (JSON) and blank lines before the first record are in no segment;
/// every byte from the first record on is in exactly one, so adjacent segments touch. A segment has no
/// records only where blank lines alone fill it. A record over `Limits.recordBytesMax` is a segment of its
/// own with a `refusal`, and is never held. Line and byte of a segment's origin are those of its first byte;
/// `RecordBatch.position` gives those of each record. Budget: no copy of the bytes but for the unfinished
/// record at the end of each piece, no allocation a record.
package struct RecordSplitter: Sendable {
    /// Bytes taken so far.
    package private(set) var byteCount = 0
    /// Known once the header line is complete (JSON, NDJSON: from the start, with no columns).
    package private(set) var shape: InputShape?

    private let format: ContentFormat
    private let delimiter: UInt8?
    private let limits: Limits
    private var phase = Phase.mark
    private var prelude = CSVPrelude()
    private var boundary: Boundary
    private var cutter: SegmentCutter
    /// The refused record at the end of the bytes so far goes on.
    private var isSkipping = false
    /// Bytes of the unfinished record (or header): at most `recordBytesMax` and a piece.
    private var pending: [UInt8] = []
    /// The last byte so far that is no JSON white space.
    private var lastByte: UInt8 = 0

    private enum Phase {
        case mark, prelude, records
    }

    private enum Boundary: Sendable {
        case csv(CSVBoundary)
        case lines(NDJSONBoundary)
        case array(JSONArrayBoundary)
    }

    /// Records found so far, refused ones among them.
    package var recordCount: Int { cutter.next.record - 1 }

    /// A nil delimiter is sniffed from the header; segments hold at most `segmentRecordsMax` records and,
    /// unless one record alone is longer, `Limits.segmentBytesMax` bytes.
    package init(format: ContentFormat, delimiter: UInt8?, limits: Limits, segmentRecordsMax: Int) {
        self.format = format
        self.delimiter = delimiter
        self.limits = limits
        cutter = SegmentCutter(recordsMax: segmentRecordsMax, bytesMax: limits.segmentBytesMax)
        switch format {
        case .csv:
            boundary = .csv(
                CSVBoundary(delimiter: 0, endsLinesWithCR: false, recordBytesMax: limits.recordBytesMax))
            return
        case .ndjson: boundary = .lines(NDJSONBoundary(recordBytesMax: limits.recordBytesMax))
        case .json: boundary = .array(JSONArrayBoundary(recordBytesMax: limits.recordBytesMax))
        }
        shape = InputShape(format: format, delimiter: 0, endsLinesWithCR: false, columns: [])
    }

    /// Takes the next piece, of any size. Throws what makes the whole input unreadable; the splitter is then
    /// of no further use.
    package mutating func feed(_ bytes: [UInt8], into segments: inout [Segment]) throws(FormatError) {
        guard !bytes.isEmpty else { return }
        byteCount += bytes.count
        if format == .json, let last = bytes.last(where: { !ASCII.isJSONSpace($0) }) { lastByte = last }
        if pending.isEmpty {
            let end = try scan(bytes, atEnd: false, into: &segments)
            pending.append(contentsOf: bytes[end...])
            return
        }
        // Taken out of `self` while it is read: `scan` changes `self`.
        var buffer: [UInt8] = []
        swap(&buffer, &pending)
        buffer.append(contentsOf: bytes)
        let end = try scan(buffer, atEnd: false, into: &segments)
        buffer.removeSubrange(..<end)
        pending = buffer
    }

    /// Gives out the records that are complete, which else happens when the next one begins. What lies between them and
    /// the next one is in no segment then.
    package mutating func flush(into segments: inout [Segment]) {
        guard !isSkipping else { return }
        cutter.finish(into: &segments)
    }

    /// Bytes from this one on may be in a segment that is given out later and is no refused one.
    package var heldFrom: Int { cutter.openByte ?? byteCount - pending.count }

    /// Ends the input: gives out what is left. Throws `badHeader` when there was none, `truncated` or
    /// `badSyntax` when a JSON array was not there or not closed.
    package mutating func finish(into segments: inout [Segment]) throws(FormatError) {
        var buffer: [UInt8] = []
        swap(&buffer, &pending)
        _ = try scan(buffer, atEnd: true, into: &segments)
        if phase != .records { try refuseMissingPrelude() }
        if case .array(let array) = boundary, !array.isComplete(endingWith: lastByte) {
            throw FormatError(
                .truncated, "The JSON array is not closed with \"]\"; the upload was cut short.",
                at: Position(record: 0, line: cutter.next.line, byte: byteCount))
        }
        cutter.finish(into: &segments)
    }

    private func refuseMissingPrelude() throws(FormatError) {
        let position = Position(record: 0, line: cutter.next.line, byte: byteCount)
        switch format {
        case .csv:
            throw FormatError(
                .badHeader, "The upload is empty; its first line must name the columns.", at: position)
        case .json:
            throw FormatError(.badSyntax, "The upload is empty; it must be a JSON array.", at: position)
        case .ndjson: return
        }
    }

    /// Reads as far as it goes; the bytes from the returned offset on must come again.
    private mutating func scan(
        _ bytes: [UInt8], atEnd: Bool, into segments: inout [Segment]
    ) throws(FormatError) -> Int {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            let start = try passPrelude(base, to: buffer.count, atEnd: atEnd)
            guard phase == .records else { return start }
            switch boundary {
            case .csv(var rule):
                defer { boundary = .csv(rule) }
                return split(base, from: start, to: buffer.count, atEnd: atEnd, by: &rule, into: &segments)
            case .lines(var rule):
                defer { boundary = .lines(rule) }
                return split(base, from: start, to: buffer.count, atEnd: atEnd, by: &rule, into: &segments)
            case .array(var rule):
                defer { boundary = .array(rule) }
                return split(base, from: start, to: buffer.count, atEnd: atEnd, by: &rule, into: &segments)
            }
        }
    }

    private mutating func split<Rule: RecordBoundary>(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool, by rule: inout Rule,
        into segments: inout [Segment]
    ) -> Int {
        rule.enterBuffer()
        cutter.enterBuffer()
        var offset = start
        while offset < count {
            if isSkipping {
                let step = rule.skip(base, from: offset, to: count, atEnd: atEnd)
                cutter.takeRefused(byteCount: step.end - offset, lineCount: step.lineCount)
                isSkipping = !step.isDone
                if isSkipping, step.end == offset { break }
                offset = step.end
                continue
            }
            guard let extent = rule.next(base, from: offset, to: count, atEnd: atEnd) else { break }
            let byteCount = extent.end - offset
            switch extent.kind {
            case .plain, .quoted, .unclosed, .trailing:
                cutter.takeRecord(
                    base, at: offset, byteCount: byteCount, lineCount: extent.lineCount, into: &segments)
            case .blank:
                cutter.takeBlank(
                    base, at: offset, byteCount: byteCount, lineCount: extent.lineCount, into: &segments)
            case .tooLarge:
                cutter.beginRefused(base, at: offset, .tooLarge, into: &segments)
                isSkipping = true
            }
            offset = extent.end
        }
        cutter.leaveBuffer(base, at: offset)
        return offset
    }

    /// Reads what stands before the records; `phase` says whether that is over.
    private mutating func passPrelude(
        _ base: UnsafePointer<UInt8>, to count: Int, atEnd: Bool
    ) throws(FormatError) -> Int {
        var offset = 0
        if phase == .mark {
            guard let length = try ByteOrderMark.length(base, count, atEnd: atEnd) else { return 0 }
            cutter.pass(length, lineCount: 0)
            offset = length
            phase = format == .ndjson ? .records : .prelude
        }
        guard phase == .prelude else { return offset }
        if format == .json { return try passBracket(base, from: offset, to: count) }
        return try passHeader(base, from: offset, to: count, atEnd: atEnd)
    }

    private mutating func passBracket(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int
    ) throws(FormatError) -> Int {
        var offset = start
        while offset < count, ASCII.isJSONSpace(base[offset]) {
            cutter.pass(1, lineCount: base[offset] == ASCII.lf ? 1 : 0)
            offset += 1
        }
        guard offset < count else { return offset }
        guard base[offset] == ASCII.openBracket else {
            throw FormatError(
                .badSyntax, "The upload must be one JSON array of objects, beginning with \"[\".",
                at: Position(record: 0, line: cutter.next.line, byte: cutter.next.byte))
        }
        cutter.pass(1, lineCount: 0)
        phase = .records
        return offset + 1
    }

    private mutating func passHeader(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int, atEnd: Bool
    ) throws(FormatError) -> Int {
        var offset = start
        while offset < count {
            switch prelude.next(base, from: offset, to: count, atEnd: atEnd) {
            case .needsMore:
                try checkHeaderLength(count - offset)
                return offset
            case .blank(let end):
                cutter.pass(end - offset, lineCount: 1)
                offset = end
            case .header(let contentEnd, let end, let lineCount, let endsLinesWithCR):
                try checkHeaderLength(contentEnd - offset)
                let header = try CSVHeader(
                    base, from: offset, to: contentEnd, delimiter: delimiter, limits: limits,
                    line: cutter.next.line, byte: cutter.next.byte)
                cutter.pass(end - offset, lineCount: lineCount)
                begin(header, endsLinesWithCR: endsLinesWithCR)
                return end
            }
        }
        return offset
    }

    private func checkHeaderLength(_ headerBytes: Int) throws(FormatError) {
        guard headerBytes > limits.headerBytesMax else { return }
        throw FormatError(
            .badHeader,
            "The header is longer than \(limits.headerBytesMax) bytes; is a quote in it never closed?",
            at: Position(record: 0, line: cutter.next.line, byte: cutter.next.byte))
    }

    private mutating func begin(_ header: CSVHeader, endsLinesWithCR: Bool) {
        phase = .records
        shape = InputShape(
            format: .csv, delimiter: header.delimiter, endsLinesWithCR: endsLinesWithCR,
            columns: header.names)
        boundary = .csv(
            CSVBoundary(
                delimiter: header.delimiter, endsLinesWithCR: endsLinesWithCR,
                recordBytesMax: limits.recordBytesMax))
    }
}
