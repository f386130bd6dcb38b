/// Reads JSON tokens (RFC 8259) off a buffer, strictly.
///
/// Unsafe for the reason of `ByteScan`. Invariant, held by `JSONRecords` and `JSONParser`: `end` bytes are
/// readable and writable at `base` and held exclusively while this value lives. Strings are unescaped in
/// place.
struct JSONCursor {
    let base: UnsafeMutablePointer<UInt8>
    var offset: Int
    let end: Int

    /// A string's bytes, without the quotes.
    struct Span {
        var start: Int
        var count: Int
    }

    /// The next byte, 0 at the end (a NUL byte is nowhere valid in JSON).
    @inline(__always)
    var peek: UInt8 { offset < end ? base[offset] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while offset < end, ASCII.isJSONSpace(base[offset]) { offset += 1 }
    }

    /// What is wrong here, when something else was expected.
    func unexpected() -> JSONSyntaxError {
        JSONSyntaxError(offset < end ? .badSyntax : .truncated, at: offset)
    }

    /// Reads over `byte`, which must be next.
    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
        guard offset < end, base[offset] == byte else { throw unexpected() }
        offset += 1
    }

    /// Reads a string, whose opening quote is next, and unescapes it where it stands.
    @inline(__always)
    mutating func string() throws(JSONSyntaxError) -> Span {
        let start = offset + 1
        offset = ByteScan.firstJSONSpecial(base, start, end)
        if offset < end, base[offset] == ASCII.quote {
            offset += 1
            return Span(start: start, count: offset - 1 - start)
        }
        return try stringWithEscapes(from: start)
    }

    /// Reads a string to its end without changing it.
    mutating func skipString() throws(JSONSyntaxError) {
        offset += 1
        while true {
            offset = ByteScan.firstJSONSpecial(base, offset, end)
            guard offset < end else { throw JSONSyntaxError(.truncated, at: end) }
            if base[offset] == ASCII.quote { break }
            guard base[offset] == ASCII.backslash else {
                throw JSONSyntaxError(.controlCharacter, at: offset)
            }
            _ = try escape()
        }
        offset += 1
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONSyntaxError) -> Span {
        var target = offset
        while true {
            guard offset < end else { throw JSONSyntaxError(.truncated, at: end) }
            if base[offset] == ASCII.quote { break }
            guard base[offset] == ASCII.backslash else {
                throw JSONSyntaxError(.controlCharacter, at: offset)
            }
            target = put(try escape(), at: target)
            let plainEnd = ByteScan.firstJSONSpecial(base, offset, end)
            while offset < plainEnd {
                base[target] = base[offset]
                target += 1
                offset += 1
            }
        }
        offset += 1
        return Span(start: start, count: target - start)
    }

    /// Reads the escape whose backslash is next; gives its character.
    private mutating func escape() throws(JSONSyntaxError) -> UInt32 {
        let start = offset
        guard offset + 1 < end else { throw JSONSyntaxError(.truncated, at: end) }
        let kind = base[offset + 1]
        offset += 2
        switch kind {
        case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"): return UInt32(kind)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default: throw JSONSyntaxError(.badEscape, at: start)
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) -> UInt32 {
        let first = try hexDigits(of: start)
        guard first != 0 else { throw JSONSyntaxError(.nulByte, at: start) }
        guard first & 0xF800 == 0xD800 else { return first }
        let hasSecond =
            offset + 1 < end && base[offset] == ASCII.backslash && base[offset + 1] == UInt8(ascii: "u")
        guard first < 0xDC00, hasSecond else { throw JSONSyntaxError(.loneSurrogate, at: start) }
        offset += 2
        let second = try hexDigits(of: offset - 2)
        guard second & 0xFC00 == 0xDC00 else { throw JSONSyntaxError(.loneSurrogate, at: start) }
        return 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
    }

    private mutating func hexDigits(of start: Int) throws(JSONSyntaxError) -> UInt32 {
        guard offset + 4 <= end else { throw JSONSyntaxError(.truncated, at: end) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = base[offset]
            let digit: UInt8
            switch byte {
            case ASCII.zero...ASCII.nine: digit = byte - ASCII.zero
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONSyntaxError(.badEscape, at: start)
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    /// Writes a character as UTF-8, which is never longer than its escape; gives the offset after it.
    private func put(_ character: UInt32, at offset: Int) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (character >> shift) & 0x3F) }
        if character < 0x80 {
            base[offset] = UInt8(character)
            return offset + 1
        }
        if character < 0x800 {
            base[offset] = UInt8(0xC0 | character >> 6)
            base[offset + 1] = tail(0)
            return offset + 2
        }
        if character < 0x10000 {
            base[offset] = UInt8(0xE0 | character >> 12)
            base[offset + 1] = tail(6)
            base[offset + 2] = tail(0)
            return offset + 3
        }
        base[offset] = UInt8(0xF0 | character >> 18)
        base[offset + 1] = tail(12)
        base[offset + 2] = tail(6)
        base[offset + 3] = tail(0)
        return offset + 4
    }

    /// Reads a number (RFC 8259 section 6); true when it is a whole one without exponent.
    @discardableResult
    mutating func number() throws(JSONSyntaxError) -> Bool {
        let start = offset
        var isInteger = true
        if peek == UInt8(ascii: "-") { offset += 1 }
        let first = peek
        let leadingDigits = skipDigits()
        guard leadingDigits > 0, first != ASCII.zero || leadingDigits == 1 else {
            throw JSONSyntaxError(.badNumber, at: start)
        }
        if peek == UInt8(ascii: ".") {
            offset += 1
            isInteger = false
            guard skipDigits() > 0 else { throw JSONSyntaxError(.badNumber, at: start) }
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            offset += 1
            isInteger = false
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw JSONSyntaxError(.badNumber, at: start) }
        }
        let isTerminated =
            offset == end || ASCII.isJSONSpace(base[offset]) || base[offset] == ASCII.comma
            || base[offset] == ASCII.closeBrace || base[offset] == ASCII.closeBracket
        guard isTerminated else { throw JSONSyntaxError(.badNumber, at: start) }
        return isInteger
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while offset < end, base[offset] >= ASCII.zero, base[offset] <= ASCII.nine { offset += 1 }
        return offset - start
    }

    /// Reads `true`, `false` or `null`, whichever begins here.
    mutating func word() throws(JSONSyntaxError) -> FieldKind {
        switch peek {
        case UInt8(ascii: "t"): try expect("true")
        case UInt8(ascii: "f"): try expect("false")
        case UInt8(ascii: "n"): try expect("null")
        default: throw unexpected()
        }
        let last = base[offset - 2]
        return last == UInt8(ascii: "u") ? .true : last == UInt8(ascii: "s") ? .false : .null
    }

    private mutating func expect(_ word: StaticString) throws(JSONSyntaxError) {
        for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
    }

    /// Reads any value to its end without changing it; `depth` containers may still be opened.
    mutating func skipValue(depth: Int) throws(JSONSyntaxError) {
        switch peek {
        case ASCII.quote: try skipString()
        case ASCII.openBrace, ASCII.openBracket: try skipContainer(depth: depth)
        case UInt8(ascii: "-"), ASCII.zero...ASCII.nine: try number()
        default: _ = try word()
        }
    }

    private mutating func skipContainer(depth: Int) throws(JSONSyntaxError) {
        guard depth > 0 else { throw JSONSyntaxError(.tooDeep, at: offset) }
        let isObject = base[offset] == ASCII.openBrace
        let close = isObject ? ASCII.closeBrace : ASCII.closeBracket
        offset += 1
        skipSpace()
        if peek == close {
            offset += 1
            return
        }
        while true {
            if isObject {
                guard peek == ASCII.quote else { throw unexpected() }
                try skipString()
                skipSpace()
                try expect(ASCII.colon)
                skipSpace()
            }
            try skipValue(depth: depth - 1)
            skipSpace()
            if peek == close { break }
            try expect(ASCII.comma)
            skipSpace()
        }
        offset += 1
    }
}
