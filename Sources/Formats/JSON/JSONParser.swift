package import BulkModel

/// Reads one JSON value of a control request; strict RFC 8259, for small bodies, never for records.
///
/// Refuses repeated keys, nesting beyond `Limits.jsonDepthMax`, lone surrogates, NUL characters and text
/// after the value.
package enum JSONParser {
    /// The value that `bytes` hold. Errors have the byte and line of what is wrong; their record is 0.
    package static func parse(_ bytes: [UInt8], limits: Limits) throws(FormatError) -> JSONValue {
        var copy = bytes
        do throws(JSONSyntaxError) {
            return try copy.withUnsafeMutableBufferPointer { (buffer) throws(JSONSyntaxError) -> JSONValue in
                guard let base = buffer.baseAddress else { throw JSONSyntaxError(.truncated, at: 0) }
                if let bad = UTF8Check.firstBad(base, 0, buffer.count) {
                    throw JSONSyntaxError(.invalidUTF8, at: bad)
                }
                var reader = JSONTreeReader(cursor: JSONCursor(base: base, offset: 0, end: buffer.count))
                return try reader.document(depth: limits.jsonDepthMax)
            }
        } catch {
            throw formatError(error, in: bytes)
        }
    }

    private static func formatError(_ error: JSONSyntaxError, in bytes: [UInt8]) -> FormatError {
        let code: FormatError.Code =
            switch error.issue {
            case .truncated: .truncated
            case .tooDeep: .tooDeep
            case .duplicateKey: .duplicateKey
            case .invalidUTF8: .badEncoding
            default: .badSyntax
            }
        let line = 1 + bytes[..<min(error.offset, bytes.count)].count { $0 == ASCII.lf }
        return FormatError(
            code, "\(error.issue.message) (line \(line), byte \(error.offset))",
            at: Position(record: 0, line: line, byte: error.offset))
    }
}
