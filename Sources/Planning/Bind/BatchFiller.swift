package import BulkModel
import Formats

/// Fills in what the server makes for new records, where they do not bring it.
///
/// An upsert writes what a record brings into the one that is there, too, and what is filled in into new ones alone; a column is
/// one or the other, so there it is filled where no record of the batch brings it.
///
/// Budget: one array a batch; an id is a text a record.
package struct BatchFiller: Sendable {
    private let fills: [(place: Int, fill: Plan.Fill)]
    private let columnCount: Int

    /// Nil for a plan that fills nothing in.
    package init?(plan: Plan) {
        let columns = plan.columns
        fills = plan.fills.compactMap { fill in
            columns.firstIndex { $0.column.name == fill.column.column.name }.map { ($0, fill) }
        }
        columnCount = columns.count
        guard !fills.isEmpty else { return nil }
    }

    /// The batch with every good record's missing values; `makeID` gives a fresh id that begins with the prefix.
    package func fill(_ batch: BoundBatch, now: Timestamp, makeID: (String) -> String) -> BoundBatch {
        var bytes = batch.bytes
        var values = batch.values
        var columns = batch.columns
        let filled = fills.filter { !$0.fill.column.isForNewOnly || isMissing($0.place, in: batch) }
        for (place, fill) in filled where fill.column.isForNewOnly { columns[place] = fill.column }
        let time = Self.append(now.rfc3339, to: &bytes)
        var faults = batch.faults.makeIterator()
        var fault = faults.next()
        for record in 0..<batch.recordCount {
            if fault?.index == record {
                fault = faults.next()
                continue
            }
            for (place, fill) in filled where values[record * columnCount + place].isMissing {
                values[record * columnCount + place] =
                    switch fill.kind {
                    case .time: .text(start: time.start, length: time.length)
                    case .date: .text(start: time.start, length: Self.dateLength)
                    case .id(let prefix): Self.text(makeID(prefix), in: &bytes)
                    }
            }
        }
        return BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: batch.faults,
            recordCount: batch.recordCount, origin: batch.origin, places: batch.places)
    }

    /// True when no record of the batch brings a value.
    private func isMissing(_ place: Int, in batch: BoundBatch) -> Bool {
        (0..<batch.recordCount).allSatisfy { batch.values[$0 * columnCount + place].isMissing }
    }

    /// Characters of a timestamp's text that are its day (RFC 3339, section 5.6, `full-date`).
    private static let dateLength: UInt32 = 10

    private static func text(_ text: String, in bytes: inout [UInt8]) -> BoundValue {
        let span = append(text, to: &bytes)
        return .text(start: span.start, length: span.length)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) -> (start: UInt32, length: UInt32) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: text.utf8)
        return (start, UInt32(bytes.count) - start)
    }
}

extension BoundValue {
    /// True when the record brings nothing.
    fileprivate var isMissing: Bool {
        switch self {
        case .absent, .null: true
        case .integer, .real, .text, .blob: false
        }
    }
}
