package import BulkModel

/// Takes apart a multipart/form-data body (RFC 7578; RFC 2046, 5.1) while it arrives, in constant memory.
///
/// Stricter than RFC 2046 where leniency would guess: lines end in CRLF, a part's name comes once, text before the first
/// boundary and behind the last one is ignored up to `Limits.multipartHeaderBytesMax` bytes. Errors have the byte of the
/// body. Budget: bytes of parts are given as slices of the pieces they came in; a part's end is looked for at the
/// carriage returns alone.
package struct MultipartDecoder: Sendable {
    private let limits: Limits
    /// The line end before a boundary line belongs to the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// Bytes not yet given out: the latest piece, behind a few of the one before. Begins with a line end that is not in
    /// the body, for the first boundary to stand behind.
    private var buffer: [UInt8] = [ASCII.cr, ASCII.lf]
    /// The next unread byte in `buffer`.
    private var offset = 0
    /// The body's byte at which `buffer` begins.
    private var origin = -2
    /// Bytes from `offset` on that were looked at already (header lines), and where the line at hand begins.
    private var seenBytes = 0
    private var lineStart = 2
    /// Bytes that were passed over since the state began.
    private var passedBytes = 0
    private var names: Set<String> = []
    private var partName = ""

    private enum State {
        /// Before the first boundary; behind a boundary, on its line; header lines; at the line end behind these, which may
        /// be the one before a boundary already; bytes of a part; behind the end.
        case preamble, boundaryLine, headers, contentStart, content, epilogue
    }

    /// For one body.
    package init(boundary: MultipartBoundary, limits: Limits) {
        self.limits = limits
        delimiter = [ASCII.cr, ASCII.lf, Self.dash, Self.dash] + boundary.bytes
    }

    /// Takes the next piece, of any size, once `next` has given nil.
    package mutating func take(_ bytes: [UInt8]) {
        origin += offset
        if offset == buffer.count {
            buffer = bytes
        } else {
            buffer.removeSubrange(..<offset)
            buffer += bytes
        }
        offset = 0
    }

    /// What comes next; nil when that takes more bytes. Throws for what is no such body; the decoder is then of no further
    /// use.
    package mutating func next() throws(FormatError) -> MultipartEvent? {
        while true {
            switch state {
            case .preamble: guard try passPreamble() else { return nil }
            case .boundaryLine:
                guard try passBoundaryLine() else { return nil }
                if state == .epilogue { return .end }
            case .headers: return try headers().map(MultipartEvent.part)
            case .contentStart: guard passContentStart() else { return nil }
            case .content: return content()
            case .epilogue:
                try pass(buffer.count - offset, of: "The text behind the last boundary")
                return nil
            }
        }
    }

    /// Ends the body; throws `truncated` when its last boundary has not come, `badSyntax` when none has.
    package func finish() throws(FormatError) {
        let byte = origin + buffer.count
        switch state {
        case .epilogue: return
        case .preamble:
            throw error(
                .badSyntax,
                "The body has no line with the boundary of Content-Type; every part begins behind one.",
                at: byte)
        case .boundaryLine, .headers:
            throw error(.truncated, "The body ends at the beginning of a part; it was cut short.", at: byte)
        case .contentStart, .content:
            throw error(
                .truncated,
                "The body ends in the part \"\(partName)\", without the last boundary behind a CRLF; it was cut short.",
                at: byte)
        }
    }

    private mutating func passPreamble() throws(FormatError) -> Bool {
        let (end, isDelimiter) = contentEnd()
        offset = end
        guard origin + end <= limits.multipartHeaderBytesMax else {
            throw tooLong("The text before the first boundary", at: limits.multipartHeaderBytesMax)
        }
        if isDelimiter { enterBoundaryLine() }
        return isDelimiter
    }

    private mutating func enterBoundaryLine() {
        offset += delimiter.count
        passedBytes = 0
        state = .boundaryLine
    }

    /// Reads what stands behind a boundary: `--` at the end of all, else blanks, up to the line end, which is left where it
    /// is, for empty header lines to be recognized by.
    private mutating func passBoundaryLine() throws(FormatError) -> Bool {
        while offset < buffer.count {
            let byte = buffer[offset]
            if byte == ASCII.space || byte == ASCII.tab {
                try pass(1, of: "A boundary's line")
                continue
            }
            guard byte == ASCII.cr || byte == Self.dash && passedBytes == 0 else { throw noLineEnd(byte) }
            guard offset + 1 < buffer.count else { return false }
            let second = buffer[offset + 1]
            guard second == (byte == ASCII.cr ? ASCII.lf : Self.dash) else { throw noLineEnd(byte) }
            passedBytes = 0
            if byte == ASCII.cr {
                try enterHeaders()
            } else {
                offset += 2
                state = .epilogue
            }
            return true
        }
        return false
    }

    private func noLineEnd(_ byte: UInt8) -> FormatError {
        let message =
            byte == ASCII.lf
            ? "A boundary's line ends in LF alone; lines of a multipart body end in CRLF."
            : "Other text follows a boundary on its line; choose one that does not begin a line of a file."
        return error(.badSyntax, message, at: origin + offset)
    }

    private mutating func enterHeaders() throws(FormatError) {
        guard names.count < limits.multipartPartsMax else {
            throw error(
                .tooLarge, "The body has more than the \(limits.multipartPartsMax) parts that are taken.",
                at: origin + offset)
        }
        seenBytes = 2
        lineStart = 2
        state = .headers
    }

    /// The part, once its header lines are complete.
    private mutating func headers() throws(FormatError) -> MultipartPart? {
        let end = min(buffer.count, offset + limits.multipartHeaderBytesMax)
        while let lineEnd = buffer[(offset + seenBytes)..<end].firstIndex(of: ASCII.lf) {
            guard buffer[lineEnd - 1] == ASCII.cr else {
                throw error(
                    .badSyntax,
                    "A header line of a part ends in LF alone; lines of a multipart body end in CRLF.",
                    at: origin + lineEnd)
            }
            let isEmpty = lineEnd - 1 == offset + lineStart
            seenBytes = lineEnd + 1 - offset
            lineStart = seenBytes
            if isEmpty { return try begin(headersEnd: lineEnd - 1) }
        }
        seenBytes = end - offset
        guard seenBytes < limits.multipartHeaderBytesMax else {
            throw tooLong("The header of a part", at: origin + end)
        }
        return nil
    }

    private mutating func begin(headersEnd: Int) throws(FormatError) -> MultipartPart {
        let start = offset + 2
        let part = try MultipartHeaders(buffer[start..<headersEnd], at: origin + start).part()
        guard names.insert(part.name).inserted else {
            throw error(
                .duplicateKey, "The body has two parts named \"\(part.name)\"; send one.", at: origin + start)
        }
        partName = part.name
        offset = headersEnd
        state = .contentStart
        return part
    }

    private mutating func passContentStart() -> Bool {
        let (end, isDelimiter) = contentEnd()
        if end == offset, !isDelimiter { return false }
        if end > offset { offset += 2 }
        state = .content
        return true
    }

    private mutating func content() -> MultipartEvent? {
        let (end, isDelimiter) = contentEnd()
        let start = offset
        if end > start {
            offset = end
            return .bytes(buffer[start..<end])
        }
        guard isDelimiter else { return nil }
        enterBoundaryLine()
        return .partEnd
    }

    /// Where the bytes end that are surely before the next delimiter, and whether it is there in whole.
    private func contentEnd() -> (end: Int, isDelimiter: Bool) {
        buffer.withUnsafeBufferPointer { bytes in
            delimiter.withUnsafeBufferPointer { delimiter in
                guard let base = bytes.baseAddress, let wanted = delimiter.baseAddress else {
                    return (0, false)
                }
                var index = offset
                while true {
                    index = ByteScan.first(ASCII.cr, base, index, bytes.count)
                    guard index < bytes.count else { return (index, false) }
                    let count = min(bytes.count - index, delimiter.count)
                    if ByteScan.equal(base + index, wanted, count) {
                        return (index, count == delimiter.count)
                    }
                    index += 1
                }
            }
        }
    }

    private mutating func pass(_ byteCount: Int, of what: String) throws(FormatError) {
        let room = limits.multipartHeaderBytesMax - passedBytes
        guard byteCount <= room else { throw tooLong(what, at: origin + offset + room) }
        passedBytes += byteCount
        offset += byteCount
    }

    private func tooLong(_ what: String, at byte: Int) -> FormatError {
        error(
            .tooLarge,
            "\(what) is over the \(limits.multipartHeaderBytesMax) bytes that are taken.", at: byte)
    }

    private func error(_ code: FormatError.Code, _ message: String, at byte: Int) -> FormatError {
        FormatError(code, message, at: Position(record: 0, line: 0, byte: byte))
    }

    private static let dash = UInt8(ascii: "-")
}
