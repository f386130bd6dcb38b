package import BulkModel
package import Formats

/// A chunk's records, checked and converted, in file order: what a store applies.
///
/// `values` is row-major, one value for each `Plan.Input.column`, in their order (`columns`). Records with a fault keep
/// their row (all absent but the key, where that is good) and must not be applied. Memory: 16 bytes a value beside the chunk's own bytes.
package struct BoundBatch: Sendable {
    package let bytes: [UInt8]
    /// Table columns of the values, in order.
    package let columns: [PlannedColumn]
    package let values: [BoundValue]
    /// At most one a record, rising by index: the decoder's and the rules' together.
    package let faults: [RecordFault]
    package let recordCount: Int
    package let origin: Position
    package let places: [RecordPlace]

    package init(
        bytes: [UInt8], columns: [PlannedColumn], values: [BoundValue], faults: [RecordFault],
        recordCount: Int, origin: Position, places: [RecordPlace]
    ) {
        self.bytes = bytes
        self.columns = columns
        self.values = values
        self.faults = faults
        self.recordCount = recordCount
        self.origin = origin
        self.places = places
    }

    /// Position of the record at `index` (from 0) in the whole input.
    package func position(of index: Int) -> Position {
        Position(
            record: origin.record + index, line: origin.line + Int(places[index].lineOffset),
            byte: origin.byte + Int(places[index].start))
    }
}
