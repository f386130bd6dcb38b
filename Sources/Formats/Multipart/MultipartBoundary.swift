import BulkModel

/// What parts the parts of a multipart body (RFC 2046, 5.1.1): 1 to 70 of the characters that are allowed in it.
package struct MultipartBoundary: Hashable, Sendable {
    let bytes: [UInt8]

    /// From the request's `Content-Type`, quoted there or not. Throws `badHeader` when it names none that is allowed.
    package init(contentType: String) throws(FormatError) {
        guard let header = HeaderParameters(contentType) else {
            throw Self.error("The Content-Type cannot be read: its parameters are not name=value, once each.")
        }
        guard let text = header["boundary"] else {
            throw Self.error(
                "The Content-Type names no boundary; let your HTTP client set the header itself.")
        }
        bytes = Array(text.utf8)
        guard (1...Self.bytesMax).contains(bytes.count), bytes.allSatisfy(Self.allowed.contains),
            bytes.last != ASCII.space
        else {
            throw Self.error(
                "The boundary in Content-Type must be 1 to \(Self.bytesMax) letters, digits and '()+_,-./:=?."
            )
        }
    }

    private static let bytesMax = 70
    private static let allowed = Set(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? ".utf8)

    private static func error(_ message: String) -> FormatError {
        FormatError(.badHeader, message, at: Position(record: 0, line: 0, byte: 0))
    }
}
