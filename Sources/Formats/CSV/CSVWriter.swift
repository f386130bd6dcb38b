/// Appends CSV to `bytes`: cells quoted only when they need it, lines ended by LF.
///
/// An unquoted empty cell means "absent" when read again, a quoted one the empty text, and likewise `#N/A` means NULL or
/// that very text; a line that would be
/// blank (one empty cell) is written as a quoted one, since blank lines are no records. Bytes are written as
/// they are, UTF-8 or not.
package struct CSVWriter: Sendable {
    /// What was written and not taken yet.
    package var bytes: [UInt8] = []
    private let delimiter: UInt8
    private var isLineStart = true
    /// The line so far is one empty cell.
    private var isBlank = true

    package init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

    /// Hands out what was written and begins anew; lines may go on over it.
    package mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    /// A cell of text, quoted when empty; begins with the delimiter unless first in its line.
    package mutating func cell(_ text: String) {
        var text = text
        text.withUTF8 { cell(UnsafeRawBufferPointer($0), quoted: $0.isEmpty) }
    }

    /// A cell of bytes, quoted when they need it or when asked. Text that spells the mark for NULL needs it too.
    package mutating func cell(_ text: UnsafeRawBufferPointer, quoted: Bool = false) {
        copy(text, quoted: quoted || Self.isNullMark(text))
    }

    /// A cell of another file, quoted as it was there or when it needs it now: an unquoted mark for NULL stays one.
    package mutating func copy(_ text: UnsafeRawBufferPointer, quoted: Bool) {
        beginCell()
        guard quoted || needsQuotes(text) else {
            isBlank = isBlank && text.isEmpty
            bytes.append(contentsOf: text)
            return
        }
        isBlank = false
        bytes.append(ASCII.quote)
        if let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) {
            var offset = 0
            while offset < text.count {
                let quote = ByteScan.first(ASCII.quote, base, offset, text.count)
                bytes.append(contentsOf: UnsafeBufferPointer(start: base + offset, count: quote - offset))
                guard quote < text.count else { break }
                bytes.append(ASCII.quote)
                bytes.append(ASCII.quote)
                offset = quote + 1
            }
        }
        bytes.append(ASCII.quote)
    }

    /// A cell with a whole number.
    package mutating func cell(_ number: Int64) {
        beginCell()
        isBlank = false
        Digits.append(number, to: &bytes)
    }

    /// An unquoted empty cell.
    package mutating func emptyCell() { beginCell() }

    /// Ends the line.
    package mutating func endLine() {
        if isBlank, !isLineStart {
            bytes.append(ASCII.quote)
            bytes.append(ASCII.quote)
        }
        bytes.append(ASCII.lf)
        isLineStart = true
        isBlank = true
    }

    private static func isNullMark(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count == 4 && text.elementsEqual("#N/A".utf8)
    }

    private mutating func beginCell() {
        if isLineStart {
            isLineStart = false
        } else {
            isBlank = false
            bytes.append(delimiter)
        }
    }

    /// A mark at the very start is quoted too: unquoted it would be dropped when read again.
    private func needsQuotes(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        let count = text.count
        if base[0] == 0xEF, isFirstCellOfFile { return true }
        let special = ByteScan.first(delimiter, or: ASCII.quote, base, 0, count)
        return special < count || ByteScan.first(ASCII.lf, or: ASCII.cr, base, 0, count) < count
    }

    private var isFirstCellOfFile: Bool { bytes.isEmpty }
}
