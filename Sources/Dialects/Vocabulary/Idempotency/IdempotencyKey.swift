import BulkModel

/// The caller's own name for a request, by which it is known when it is sent again (draft-ietf-httpapi-idempotency-key-header).
enum IdempotencyKey {
    static let headerName = "Idempotency-Key"
    /// Characters of a key, most.
    private static let lengthMax = 255

    /// The key of the request, nil when it has none. The draft writes it as a quoted string (RFC 9651, 3.3.3), most clients
    /// bare; both spell the same key. INVALID_REQUEST unless it is 1 to 255 printable ASCII characters.
    static func read(_ headers: HeaderFields) throws(Refusal) -> String? {
        guard let text = headers[headerName] else { return nil }
        let isQuoted = text.count >= 2 && text.first == "\"" && text.last == "\""
        let key = isQuoted ? unescaped(text.dropFirst().dropLast()) : text
        guard headers.count(of: headerName) == 1, let key, (1...lengthMax).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw refusal("Must be one key of 1 to \(lengthMax) printable ASCII characters, such as a UUID.")
        }
        return key
    }

    static func refusal(_ message: String) -> Refusal {
        Refusal(
            .invalidRequest, issue: "idempotency_key", "\(headerName): \(message)",
            details: [.init(field: headerName, code: .invalidRequest, message: message)])
    }

    /// Nil for a backslash before anything but a quote or another one, and for a quote without one.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            let isSpecial = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            if isEscaped {
                guard isSpecial else { return nil }
                isEscaped = false
                bytes.append(byte)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                guard !isSpecial else { return nil }
                bytes.append(byte)
            }
        }
        return isEscaped ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
