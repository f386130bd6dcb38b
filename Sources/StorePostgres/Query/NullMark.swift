#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Text that spells CSV's mark for NULL: the server writes it bare, and read again it would be NULL.
enum NullMark {
    private static let hash = UInt8(ascii: "#")
    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let mark = Array("#N/A".utf8)

    /// Appends a row of the server's CSV with such cells quoted. Rows without a `#` cost one search for it.
    static func append(_ row: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        guard let base = row.baseAddress, memchr(base, Int32(hash), row.count) != nil else {
            bytes.append(contentsOf: row)
            return
        }
        var isQuoted = false
        var isCellStart = true
        var offset = 0
        while offset < row.count {
            let byte = row[offset]
            if isCellStart, byte == hash, isMark(row, at: offset) {
                bytes.append(quote)
                bytes.append(contentsOf: mark)
                bytes.append(quote)
                offset += mark.count
                isCellStart = false
                continue
            }
            // A doubled quote inside a quoted cell ends it and begins it again.
            if byte == quote { isQuoted.toggle() }
            isCellStart = byte == comma && !isQuoted
            bytes.append(byte)
            offset += 1
        }
    }

    /// True when the cell that begins there is the mark and nothing else.
    private static func isMark(_ row: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let end = start + mark.count
        guard end <= row.count, row[start..<end].elementsEqual(mark) else { return false }
        return end == row.count || row[end] == comma || row[end] == UInt8(ascii: "\n")
    }
}
