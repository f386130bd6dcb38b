/// A header's value with its parameters: `form-data; name="file"` (RFC 9110, 5.6.6; RFC 6266, 4.1).
///
/// In quotes a backslash stands before a quote or another backslash; any other backslash is itself, since browsers send
/// paths that hold it.
struct HeaderParameters {
    /// What stands before the parameters, in lower case.
    let value: String
    /// By name in lower case.
    private var parameters: [String: String] = [:]

    /// Nil for what is not written so, and when a name comes twice.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        var offset = bytes.firstIndex(of: Self.semicolon) ?? bytes.count
        value = Self.trimmed(bytes[..<offset]).lowercased()
        while offset < bytes.count {
            offset = Self.skipSpace(bytes, offset + 1)
            guard offset < bytes.count else { return }
            guard let equals = bytes[offset...].firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = Self.trimmed(bytes[offset..<equals]).lowercased()
            guard !name.isEmpty, !name.contains(where: { $0 == ";" || $0 == "\"" }),
                let (value, end) = Self.value(bytes, Self.skipSpace(bytes, equals + 1)),
                parameters.updateValue(value, forKey: name) == nil
            else { return nil }
            offset = end
        }
    }

    /// The parameter's value, nil when there is none of that name.
    subscript(name: String) -> String? { parameters[name] }

    private static let semicolon = UInt8(ascii: ";")

    /// Reads a value up to the next semicolon or the end; gives where that is.
    private static func value(_ bytes: [UInt8], _ start: Int) -> (String, end: Int)? {
        guard start < bytes.count, bytes[start] == ASCII.quote else {
            let end = bytes[start...].firstIndex(of: semicolon) ?? bytes.count
            return (trimmed(bytes[start..<end]), end)
        }
        var text: [UInt8] = []
        var offset = start + 1
        while offset < bytes.count, bytes[offset] != ASCII.quote {
            if bytes[offset] == ASCII.backslash, offset + 1 < bytes.count,
                bytes[offset + 1] == ASCII.quote || bytes[offset + 1] == ASCII.backslash
            {
                offset += 1
            }
            text.append(bytes[offset])
            offset += 1
        }
        guard offset < bytes.count else { return nil }
        let end = skipSpace(bytes, offset + 1)
        guard end == bytes.count || bytes[end] == semicolon else { return nil }
        return (String(decoding: text, as: UTF8.self), end)
    }

    private static func skipSpace(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes[min(start, bytes.count)...].firstIndex { $0 != ASCII.space && $0 != ASCII.tab } ?? bytes.count
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank = { (byte: UInt8) in byte == ASCII.space || byte == ASCII.tab }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
