/// Follows the quotes of one CSV record byte by byte, over line ends; resumable.
struct CSVQuoteMachine {
    enum Verdict: Hashable {
        case needsMore
        /// Well formed; the content, and with it its line end (if any), are this long.
        case ended(contentBytes: Int, bytes: Int)
        /// A quote inside an unquoted cell, or text after a closing quote, at this offset.
        case stray(at: Int)
        /// Still inside quotes at the end of the input, or no end within the size of a record.
        case unclosed
    }

    private enum State {
        case cellStart, unquoted, inQuotes, afterQuote
    }

    /// Next byte to look at, relative to the record's start.
    private var offset = 0
    private var state = State.cellStart

    /// Reads on up to `count` bytes from the record's start; the record's content may have `contentBytesMax`
    /// bytes.
    mutating func run(
        _ base: UnsafePointer<UInt8>, to count: Int, atEnd: Bool, contentBytesMax: Int, delimiter: UInt8,
        endsLinesWithCR: Bool
    ) -> Verdict {
        let limit = min(count, contentBytesMax + 1)
        while offset < limit {
            if state == .inQuotes {
                offset = ByteScan.first(ASCII.quote, base, offset, limit)
                if offset == limit { break }
                offset += 1
                state = .afterQuote
                continue
            }
            let byte = base[offset]
            if byte == ASCII.lf || byte == ASCII.cr {
                if byte == ASCII.cr, offset + 1 == count, !atEnd { return .needsMore }
                let bytes = CSVQuoteMachine.lineEnd(base, offset, count, endsLinesWithCR: endsLinesWithCR)
                if bytes > 0 { return .ended(contentBytes: offset, bytes: offset + bytes) }
            }
            guard step(over: byte, delimiter: delimiter) else { return .stray(at: offset) }
            offset += 1
        }
        if count <= contentBytesMax {
            guard atEnd else { return .needsMore }
            return state == .inQuotes ? .unclosed : .ended(contentBytes: count, bytes: count)
        }
        return .unclosed
    }

    /// Takes a byte that is outside quotes and no line end; false when it must not stand there.
    private mutating func step(over byte: UInt8, delimiter: UInt8) -> Bool {
        if byte == delimiter {
            state = .cellStart
            return true
        }
        if byte == ASCII.quote {
            guard state != .unquoted else { return false }
            state = .inQuotes
            return true
        }
        guard state != .afterQuote else { return false }
        state = .unquoted
        return true
    }

    /// Bytes of the line end at `offset`, 0 when there is none (a CR alone, where CR does not end lines).
    private static func lineEnd(
        _ base: UnsafePointer<UInt8>, _ offset: Int, _ count: Int, endsLinesWithCR: Bool
    ) -> Int {
        if base[offset] == ASCII.lf { return 1 }
        if offset + 1 < count, base[offset + 1] == ASCII.lf { return 2 }
        return endsLinesWithCR ? 1 : 0
    }
}
