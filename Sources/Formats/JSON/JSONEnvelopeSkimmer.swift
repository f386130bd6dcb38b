/// Follows one JSON value to its end by brackets and strings alone, strictly; resumable, and nothing is kept of it.
///
/// What it lets pass is looked at once more by who decodes the value. Unsafe for the reason and under the invariant of
/// `ByteScan`.
struct JSONEnvelopeSkimmer {
    private enum State {
        case start, container, string, escape, scalar
    }

    private var state = State.start
    private var depth = 0
    /// A bit for each open container, the innermost one lowest: 1 for an object.
    private var kinds: UInt64 = 0
    private let depthMax: Int

    /// `depthMax` containers may be open, at most 64.
    init(depthMax: Int) { self.depthMax = min(depthMax, UInt64.bitWidth) }

    /// Reads on; gives where it stopped and whether the value ended there.
    mutating func run(
        _ base: UnsafePointer<UInt8>, from start: Int, to count: Int
    ) throws(JSONSyntaxError) -> (end: Int, isDone: Bool) {
        var offset = start
        while offset < count {
            switch state {
            case .start:
                try begin(with: base[offset], at: offset)
                offset += 1
            case .container: if try stepContainer(base, &offset, count) { return (offset, true) }
            case .string: if try stepString(base, &offset, count) { return (offset, true) }
            case .escape:
                state = .string
                offset += 1
            case .scalar:
                if Self.endsScalar(base[offset]) { return (offset, true) }
                offset += 1
            }
        }
        return (offset, false)
    }

    private mutating func begin(with byte: UInt8, at offset: Int) throws(JSONSyntaxError) {
        switch byte {
        case ASCII.openBrace, ASCII.openBracket: try open(byte, at: offset)
        case ASCII.quote: state = .string
        case ASCII.zero...ASCII.nine, UInt8(ascii: "-"), UInt8(ascii: "t"), UInt8(ascii: "f"),
            UInt8(ascii: "n"):
            state = .scalar
        default: throw JSONSyntaxError(.badSyntax, at: offset)
        }
    }

    private mutating func open(_ byte: UInt8, at offset: Int) throws(JSONSyntaxError) {
        guard depth < depthMax else { throw JSONSyntaxError(.tooDeep, at: offset) }
        depth += 1
        kinds = kinds << 1 | (byte == ASCII.openBrace ? 1 : 0)
        state = .container
    }

    /// Reads up to the next bracket or string; true when the value ended.
    private mutating func stepContainer(
        _ base: UnsafePointer<UInt8>, _ offset: inout Int, _ count: Int
    ) throws(JSONSyntaxError) -> Bool {
        while offset < count {
            let byte = base[offset]
            offset += 1
            if byte == ASCII.quote {
                state = .string
                return false
            }
            // Letters of `[]{}`: all four are 0x5B or 0x5D but for one bit.
            if byte & 0xDF == 0x5B {
                try open(byte, at: offset - 1)
            } else if byte & 0xDF == 0x5D {
                guard kinds & 1 == (byte == ASCII.closeBrace ? 1 : 0) else {
                    throw JSONSyntaxError(.badSyntax, at: offset - 1)
                }
                depth -= 1
                kinds >>= 1
                if depth == 0 { return true }
            }
        }
        return false
    }

    /// Reads up to the string's end or its next escape; true when the value ended.
    private mutating func stepString(
        _ base: UnsafePointer<UInt8>, _ offset: inout Int, _ count: Int
    ) throws(JSONSyntaxError) -> Bool {
        offset = ByteScan.firstJSONSpecial(base, offset, count)
        guard offset < count else { return false }
        switch base[offset] {
        case ASCII.quote:
            state = .container
            offset += 1
            return depth == 0
        case ASCII.backslash:
            state = .escape
            offset += 1
            return false
        default: throw JSONSyntaxError(.controlCharacter, at: offset)
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        ASCII.isJSONSpace(byte) || byte == ASCII.comma || byte == ASCII.closeBrace
            || byte == ASCII.closeBracket
    }
}
