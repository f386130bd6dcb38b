import BulkModel

/// Finds rows in what a store rendered: CSV lines whose quoted cells may hold line breaks, or one object a
/// line.
struct RowCutter {
    let format: ContentFormat

    /// Offset of the row at `index` (from 0); the count of the bytes when there are fewer.
    func offset(ofRow index: Int, in bytes: [UInt8]) -> Int {
        var left = index
        var isQuoted = false
        var offset = 0
        // A quote within a quoted cell is doubled, so the parity of quotes tells inside from outside.
        while left > 0, offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\"") where format == .csv: isQuoted.toggle()
            case UInt8(ascii: "\n") where !isQuoted: left -= 1
            default: break
            }
            offset += 1
        }
        return offset
    }

    /// Lines of objects as elements of an array: a comma before each line break, but for the very last one.
    func separated(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 32)
        for (offset, byte) in bytes.enumerated() {
            let isEnd = byte == UInt8(ascii: "\n")
            if isEnd, !(isLast && offset == bytes.count - 1) { output.append(UInt8(ascii: ",")) }
            output.append(byte)
        }
        return output
    }
}
