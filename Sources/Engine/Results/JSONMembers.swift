/// Walks over the members of one JSON object that is known to be well-formed, without decoding them.
///
/// Boundary: reads raw bytes that the caller lends; every access is checked against their count, so that
/// bytes that are no object end the walk early and never read beyond it.
struct JSONMembers {
    /// One member, all as written.
    struct Member {
        /// Between the quotes.
        let name: UnsafeRawBufferPointer
        let value: UnsafeRawBufferPointer
        /// From the name's quote to the value's end.
        let whole: UnsafeRawBufferPointer
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        offset = 0
        skipSpace()
        // Anything but an object has no members.
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "{") {
            offset += 1
        } else {
            offset = bytes.count
        }
    }

    /// The next member; nil after the last one.
    mutating func next() -> Member? {
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ",") {
            offset += 1
            skipSpace()
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        let start = offset
        passString()
        let name = slice(start + 1, max(start + 1, offset - 1))
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else { return nil }
        offset += 1
        skipSpace()
        let valueStart = offset
        passValue()
        guard offset > valueStart else { return nil }
        return Member(name: name, value: slice(valueStart, offset), whole: slice(start, offset))
    }

    private func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<min(max(start, end), bytes.count)])
    }

    private mutating func skipSpace() {
        while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// From an opening quote to behind the closing one.
    private mutating func passString() {
        offset += 1
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        offset = min(offset + 1, bytes.count)
    }

    /// To behind the value: the comma or brace that ends it, outside of nested values and texts.
    private mutating func passValue() {
        var depth = 0
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                passString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return trimSpace() }
                depth -= 1
            case UInt8(ascii: ","):
                if depth == 0 { return trimSpace() }
            default: break
            }
            offset += 1
        }
    }

    /// Goes back over space between a value and what ends it.
    private mutating func trimSpace() {
        while offset > 0, Self.isSpace(bytes[offset - 1]) { offset -= 1 }
    }
}
