import Formats

/// The values of an enumeration, found in whatever case they are written.
struct Spellings {
    private struct Value {
        let own: [UInt8]
        /// In lower case.
        let folded: [UInt8]
    }

    private let values: [Value]

    init(_ values: [String]) {
        self.values = values.map { Value(own: Array($0.utf8), folded: Array($0.lowercased().utf8)) }
    }

    /// The field with the enumeration's own spelling, which takes the place of the sender's in `bytes` (and stands behind
    /// them where it is longer); the field itself when it is spelled so already, or is none of the values.
    func respelled(_ field: Field, in bytes: inout [UInt8]) -> Field {
        switch field.kind {
        case .bare, .quoted, .string, .number, .true, .false: break
        case .absent, .null, .raw: return field
        }
        guard let own = own(bytes.span.extracting(field.range)) else { return field }
        var start = Int(field.start)
        if own.count <= Int(field.length) {
            for offset in own.indices { bytes[start + offset] = own[offset] }
        } else {
            start = bytes.count
            bytes.append(contentsOf: own)
        }
        return Field(start: UInt32(start), length: UInt32(own.count), kind: field.kind)
    }

    /// Nil when there is nothing to be respelled.
    private func own(_ text: Span<UInt8>) -> [UInt8]? {
        for value in values where text.isEqual(to: value.own.span) { return nil }
        let folded = Self.folded(text)
        return values.first { $0.folded == folded }?.own
    }

    private static func folded(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var isASCII = true
        for index in text.indices {
            let byte = text[index]
            isASCII = isASCII && byte < 0x80
            bytes.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
        }
        return isASCII ? bytes : Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
    }
}
