/// Where one record lies, relative to its batch: 16 bytes.
package struct RecordPlace: Hashable, Sendable {
    /// First byte and byte count within the batch's bytes (line end not counted).
    package var start: UInt32
    package var length: UInt32
    /// Physical line on which it starts, counted from the batch's first line (0 is that line).
    package var lineOffset: UInt32

    package init(start: UInt32, length: UInt32, lineOffset: UInt32) {
        self.start = start
        self.length = length
        self.lineOffset = lineOffset
    }
}
