import BulkModel

/// Gathers the rows of a batch; one row is filled at a time, in place.
///
/// Budget: fields, places and the row itself are allocated once a batch (and grow by doubling); nothing a
/// record. Unsafe row: `columnCount` fields (at least one), owned by this value until `finish`, never handed
/// on.
struct BatchBuilder: ~Copyable {
    let columns: [String]
    let origin: Position
    let row: UnsafeMutablePointer<Field>
    let columnCount: Int
    private(set) var fields: [Field] = []
    private(set) var places: [RecordPlace] = []
    private(set) var faults: [RecordFault] = []
    /// Line breaks before the next record.
    private(set) var lineOffset = 0

    /// `byteCount` is the batch's size; room for rows is guessed from it.
    init(columns: [String], origin: Position, byteCount: Int) {
        self.columns = columns
        self.origin = origin
        columnCount = columns.count
        row = .allocate(capacity: max(1, columns.count))
        row.initialize(repeating: .absent, count: max(1, columns.count))
        // Cells of eight bytes are short for most tables; the bound keeps small batches of wide tables small.
        let recordCount = byteCount / max(32, 8 * columns.count) + 1
        places.reserveCapacity(recordCount)
        fields.reserveCapacity(recordCount * columns.count)
    }

    deinit { row.deallocate() }

    /// Index of the record that is being filled.
    var index: Int { places.count }

    /// Where the offset lies in the whole input, within the current record.
    func position(at offset: Int) -> Position {
        Position(record: origin.record + index, line: origin.line + lineOffset, byte: origin.byte + offset)
    }

    mutating func passLines(_ lineCount: Int) { lineOffset += lineCount }

    /// Adds the row as the next record.
    @inline(__always)
    mutating func endRecord(start: Int, length: Int, lineCount: Int) {
        fields.append(contentsOf: UnsafeBufferPointer(start: row, count: columnCount))
        places.append(
            RecordPlace(
                start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length),
                lineOffset: UInt32(truncatingIfNeeded: lineOffset)))
        lineOffset += lineCount
    }

    /// Notes what is wrong with the record that is being filled.
    mutating func fail(_ fault: Fault) { faults.append(RecordFault(index: index, fault: fault)) }

    /// Marks the fields from `index` on as not there.
    @inline(__always)
    func clearRow(from index: Int) {
        for column in index..<max(index, columnCount) { row[column] = .absent }
    }
}
