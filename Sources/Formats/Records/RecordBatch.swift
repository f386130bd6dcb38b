package import BulkModel

/// The records of one chunk: spans over one buffer, no `String` and no dictionary per field.
///
/// `fields` is row-major, `columnCount` a record; a faulted record has its row too (as far as it could be
/// read) so that index, record number and row always agree. At most one fault a record, in rising order of
/// index. Budget: three allocations a batch, none a record.
package struct RecordBatch: Sendable {
    /// The chunk's bytes; escapes were removed in place, so a record's own bytes may be shorter than they
    /// were.
    package var bytes: [UInt8]
    /// Names of the columns, in the order of the fields.
    package let columns: [String]
    package var fields: [Field]
    package var places: [RecordPlace]
    package var faults: [RecordFault]
    /// Where the batch begins in the input: number of its first record, its first line, its first byte.
    package let origin: Position

    package var recordCount: Int { places.count }
    package var columnCount: Int { columns.count }

    package init(
        bytes: [UInt8], columns: [String], fields: [Field], places: [RecordPlace], faults: [RecordFault],
        origin: Position
    ) {
        self.bytes = bytes
        self.columns = columns
        self.fields = fields
        self.places = places
        self.faults = faults
        self.origin = origin
    }

    /// Position of the record at `index` (from 0) in the whole input.
    package func position(of index: Int) -> Position {
        Position(
            record: origin.record + index, line: origin.line + Int(places[index].lineOffset),
            byte: origin.byte + Int(places[index].start))
    }
}
