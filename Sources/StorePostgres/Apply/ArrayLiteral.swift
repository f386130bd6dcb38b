/// A JSON array as PostgreSQL's array literal ("Array Input and Output Syntax").
///
/// Only for columns of an array type; one allocation a value.
struct ArrayLiteral {
    private let json: UnsafeRawBufferPointer
    private var index = 0
    private(set) var bytes: [UInt8] = []

    /// Nil when the text is no JSON array: then it is taken for a literal as it is.
    static func bytes(_ json: UnsafeRawBufferPointer) -> [UInt8]? {
        var literal = ArrayLiteral(json)
        literal.skipSpace()
        guard literal.peek == UInt8(ascii: "["), literal.array() else { return nil }
        literal.skipSpace()
        return literal.index == json.count ? literal.bytes : nil
    }

    private init(_ json: UnsafeRawBufferPointer) {
        self.json = json
        bytes.reserveCapacity(json.count + 8)
    }

    private var peek: UInt8? { index < json.count ? json[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || 0x09...0x0D ~= byte { index += 1 }
    }

    /// Reads an array, and all that is inside; false when it is malformed.
    private mutating func array() -> Bool {
        // Arrays in arrays are told by a depth, not by calls, so that no input can exhaust the stack.
        var depth = 0
        while index < json.count {
            skipSpace()
            guard let byte = peek else { return false }
            switch byte {
            case UInt8(ascii: "["):
                depth += 1
                bytes.append(UInt8(ascii: "{"))
                index += 1
            case UInt8(ascii: "]"):
                depth -= 1
                bytes.append(UInt8(ascii: "}"))
                index += 1
                if depth == 0 { return true }
            case UInt8(ascii: ","):
                bytes.append(byte)
                index += 1
            case UInt8(ascii: "\""): guard string() else { return false }
            case UInt8(ascii: "{"): guard object() else { return false }
            default: bare()
            }
        }
        return false
    }

    /// A number, `true`, `false` or `null`, which array literals spell alike.
    private mutating func bare() {
        while let byte = peek, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte > 0x20 {
            bytes.append(byte)
            index += 1
        }
    }

    private mutating func quote(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
    }

    private mutating func string() -> Bool {
        bytes.append(UInt8(ascii: "\""))
        index += 1
        while let byte = peek {
            index += 1
            if byte == UInt8(ascii: "\"") {
                bytes.append(byte)
                return true
            }
            if byte != UInt8(ascii: "\\") { quote(byte) } else if !escape() { return false }
        }
        return false
    }

    /// What stands behind a backslash (RFC 8259, section 7).
    private mutating func escape() -> Bool {
        guard let byte = peek else { return false }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return unicode()
        default: quote(byte)
        }
        return true
    }

    private mutating func unicode() -> Bool {
        guard var value = hex() else { return false }
        if 0xD800..<0xDC00 ~= value, peek == UInt8(ascii: "\\") {
            index += 2
            guard let low = hex(), 0xDC00..<0xE000 ~= low else { return false }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { quote(byte) }
        return true
    }

    private mutating func hex() -> UInt32? {
        guard index + 4 <= json.count else { return nil }
        defer { index += 4 }
        let digits = String(decoding: json[index..<index + 4], as: UTF8.self)
        return UInt32(digits, radix: 16)
    }

    /// An object, for arrays of JSON: its text, quoted.
    private mutating func object() -> Bool {
        bytes.append(UInt8(ascii: "\""))
        var depth = 0
        var isInString = false
        while let byte = peek {
            index += 1
            quote(byte)
            if isInString {
                if byte == UInt8(ascii: "\\"), let next = peek {
                    quote(next)
                    index += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString = true }
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            guard depth == 0 else { continue }
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        return false
    }
}
