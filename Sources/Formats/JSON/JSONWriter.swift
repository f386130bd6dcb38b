/// Appends JSON to `bytes`; commas and brackets are the caller's.
package struct JSONWriter: Sendable {
    /// What was written and not taken yet.
    package var bytes: [UInt8] = []

    private static let hexDigits = Array("0123456789abcdef".utf8)

    package init() {}

    /// Hands out what was written and begins anew.
    package mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    /// A string with its quotes, escaped.
    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { quoted(UnsafeRawBufferPointer($0)) }
    }

    /// A string with its quotes, escaped; bytes that are not UTF-8 become U+FFFD.
    package mutating func string(_ text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            bytes.append(contentsOf: [ASCII.quote, ASCII.quote])
            return
        }
        if UTF8Check.firstBad(base, 0, text.count) == nil {
            quoted(text)
        } else {
            string(String(decoding: text, as: UTF8.self))
        }
    }

    /// A whole number.
    package mutating func number(_ number: Int64) { Digits.append(number, to: &bytes) }

    /// The shortest text that reads back as the same number; `null` for infinities and NaN, which JSON lacks.
    package mutating func number(_ number: Double) {
        if number.isFinite {
            bytes.append(contentsOf: "\(number)".utf8)
        } else {
            literal("null")
        }
    }

    /// Text of ours, as it is.
    package mutating func literal(_ raw: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: raw.utf8Start, count: raw.utf8CodeUnitCount))
    }

    /// Bytes that are JSON already.
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// A whole value, without white space.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: literal("null")
        case .bool(let flag): literal(flag ? "true" : "false")
        case .integer(let number): self.number(number)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let text): string(text)
        case .array(let values):
            bytes.append(ASCII.openBracket)
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                self.value(value)
            }
            bytes.append(ASCII.closeBracket)
        case .object(let members):
            bytes.append(ASCII.openBrace)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                string(member.name)
                bytes.append(ASCII.colon)
                self.value(member.value)
            }
            bytes.append(ASCII.closeBrace)
        }
    }

    private mutating func quoted(_ text: UnsafeRawBufferPointer) {
        bytes.append(ASCII.quote)
        if let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) {
            var offset = 0
            while offset < text.count {
                let special = ByteScan.firstJSONSpecial(base, offset, text.count)
                bytes.append(contentsOf: UnsafeBufferPointer(start: base + offset, count: special - offset))
                guard special < text.count else { break }
                escape(base[special])
                offset = special + 1
            }
        }
        bytes.append(ASCII.quote)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(ASCII.backslash)
        switch byte {
        case ASCII.quote, ASCII.backslash: bytes.append(byte)
        case ASCII.lf: bytes.append(UInt8(ascii: "n"))
        case ASCII.cr: bytes.append(UInt8(ascii: "r"))
        case ASCII.tab: bytes.append(UInt8(ascii: "t"))
        default:
            literal("u00")
            bytes.append(JSONWriter.hexDigits[Int(byte >> 4)])
            bytes.append(JSONWriter.hexDigits[Int(byte & 15)])
        }
    }
}
