/// Follows one element of a JSON array to its end by brackets and strings alone; resumable.
///
/// Repairs, so that a broken element costs only itself as far as possible: a raw line feed inside a string
/// and a bracket of the wrong kind end the element before the next line whose first byte (blanks aside) is
/// `{`; so does such a line itself where an object's next key must stand (after a comma).
struct JSONElementMachine {
    enum Verdict: Hashable {
        /// `readBytes` were looked at and need not be looked at again.
        case needsMore(readBytes: Int)
        case ended(bytes: Int)
    }

    private enum State {
        case start, container, string, scalar, lost, lostAtLineStart
    }

    private var state = State.start
    /// Next byte to look at, relative to the element's start.
    private var offset = 0
    private var depth = 0
    /// A bit for each of the outermost 64 open containers, the innermost one lowest: 1 for an object.
    private var kinds: UInt64 = 0
    /// How the bytes end that are gone already: with a comma and blanks, a line feed among them.
    private var goneEndsInComma = false
    private var goneEndsInLine = false
    /// The input ended inside the last element.
    private(set) var wasCut = false

    /// True between the first and the last byte of an element.
    var isInside: Bool { state != .start }

    /// Reads on; `count` bytes from the element's start are there.
    mutating func run(_ base: UnsafePointer<UInt8>, to count: Int, atEnd: Bool) -> Verdict {
        if state == .start { begin(with: base[0]) }
        while offset < count {
            let isOver =
                switch state {
                case .start, .container: stepContainer(base, count)
                case .string: stepString(base, count)
                case .scalar: stepScalar(base)
                case .lost, .lostAtLineStart: stepLost(base, count)
                }
            if isOver { return end(bytes: offset) }
            if state == .string, offset == count - 1, base[offset] == ASCII.backslash { break }
        }
        guard atEnd else { return .needsMore(readBytes: offset) }
        let verdict = end(bytes: count)
        wasCut = true
        return verdict
    }

    /// The first `byteCount` bytes are gone.
    mutating func forget(_ byteCount: Int, of base: UnsafePointer<UInt8>) {
        (goneEndsInComma, goneEndsInLine) = ending(base, byteCount)
        offset -= byteCount
    }

    /// Whether the bytes before `index` end with a comma, and whether a line feed is among the blanks behind it.
    private func ending(_ base: UnsafePointer<UInt8>, _ index: Int) -> (inComma: Bool, inLine: Bool) {
        var place = index
        var hasLine = false
        while place > 0, ASCII.isJSONSpace(base[place - 1]) {
            place -= 1
            if base[place] == ASCII.lf { hasLine = true }
        }
        guard place == 0 else { return (base[place - 1] == ASCII.comma, hasLine) }
        return (goneEndsInComma, goneEndsInLine || hasLine)
    }

    /// True for a `{` that begins a line where the innermost object's next key must stand: the closing brace of
    /// that object is missing, and this is the next element.
    private func isNextElement(_ base: UnsafePointer<UInt8>, _ index: Int) -> Bool {
        guard (1...64).contains(depth), kinds & 1 == 1 else { return false }
        return ending(base, index) == (true, true)
    }

    private mutating func end(bytes: Int) -> Verdict {
        self = JSONElementMachine()
        return .ended(bytes: bytes)
    }

    private mutating func begin(with byte: UInt8) {
        switch byte {
        case ASCII.openBrace, ASCII.openBracket: state = .container
        case ASCII.quote:
            state = .string
            offset = 1
        default:
            state = .scalar
            offset = 1
        }
    }

    /// Reads strings that end within `count` on the way: most of a record is short strings.
    @inline(__always)
    private mutating func stepContainer(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var index = offset
        var byte: UInt8 = 0
        while index < count {
            byte = base[index]
            index += 1
            // Quotes, and letters of `[]{}`: all four are 0x5B or 0x5D but for one bit.
            if byte == ASCII.quote {
                let special = ByteScan.firstJSONSpecial(base, index, count)
                guard special < count, base[special] == ASCII.quote else { break }
                index = special + 1
            } else if byte & 0xDF == 0x5B || byte & 0xDF == 0x5D {
                break
            }
            byte = 0
        }
        offset = index
        switch byte {
        case ASCII.quote: state = .string
        case ASCII.openBrace, ASCII.openBracket:
            if byte == ASCII.openBrace, isNextElement(base, index - 1) {
                offset = index - 1
                return true
            }
            depth += 1
            if depth <= 64 { kinds = kinds << 1 | (byte == ASCII.openBrace ? 1 : 0) }
        case ASCII.closeBrace, ASCII.closeBracket: return close(with: byte)
        default: break
        }
        return false
    }

    private mutating func close(with byte: UInt8) -> Bool {
        depth -= 1
        // Deeper than 64 brackets are only counted.
        guard depth < 64 else { return false }
        let isObject = kinds & 1 == 1
        kinds >>= 1
        guard isObject == (byte == ASCII.closeBrace) else {
            state = .lost
            return false
        }
        return depth == 0
    }

    private mutating func stepString(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        offset = ByteScan.firstJSONSpecial(base, offset, count)
        guard offset < count else { return false }
        switch base[offset] {
        case ASCII.quote:
            offset += 1
            state = .container
            return depth == 0
        case ASCII.backslash:
            if offset + 1 < count { offset += base[offset + 1] == ASCII.lf ? 1 : 2 }
        case ASCII.lf: state = .lost
        default: offset += 1
        }
        return false
    }

    private mutating func stepScalar(_ base: UnsafePointer<UInt8>) -> Bool {
        let byte = base[offset]
        if ASCII.isJSONSpace(byte) || byte == ASCII.comma || byte == ASCII.closeBracket { return true }
        offset += 1
        return false
    }

    private mutating func stepLost(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if state == .lost {
            offset = ByteScan.first(ASCII.lf, base, offset, count)
            guard offset < count else { return false }
            offset += 1
            state = .lostAtLineStart
            return false
        }
        switch base[offset] {
        case ASCII.openBrace: return true
        case ASCII.lf, ASCII.cr, ASCII.space, ASCII.tab: offset += 1
        default: state = .lost
        }
        return false
    }
}
