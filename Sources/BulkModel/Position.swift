/// Where in an input something is; travels unchanged from the decoder to the rendered answer.
package struct Position: Hashable, Sendable {
    /// Record number, from 1; a CSV header is not a record. 0: not inside a record (header, whole file).
    package var record: Int
    /// Physical line on which the record starts, from 1. 0: unknown.
    package var line: Int
    /// Byte offset of the fault (or else the record's first byte) in the decompressed input, from 0.
    package var byte: Int

    package init(record: Int, line: Int, byte: Int) {
        self.record = record
        self.line = line
        self.byte = byte
    }
}
