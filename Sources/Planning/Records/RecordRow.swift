/// One record's values, checked, with the bytes that they lie in.
package struct RecordRow: Sendable {
    /// What identifies the record, nil where the database makes it.
    package internal(set) var key: RecordKey?
    /// The status that the record is to have, where it is named and its changes are limited.
    package internal(set) var status: Status?
    var bytes: [UInt8] = []
    var cells: [Cell] = []

    /// One value and its column's place in the table.
    struct Cell {
        var column: Int
        var value: BoundValue
    }

    /// A status that is set.
    package struct Status: Hashable, Sendable {
        /// As text, nil for NULL.
        package var text: String?
    }

    /// Adds a value whose span lies in `text`.
    mutating func add(_ value: BoundValue, of text: [UInt8], column: Int) {
        let start = UInt32(bytes.count)
        bytes += text
        cells.append(Cell(column: column, value: value.moved(by: start)))
    }
}

extension BoundValue {
    /// The same value where its bytes lie so much further behind.
    func moved(by offset: UInt32) -> BoundValue {
        switch self {
        case .absent, .null, .integer, .real: self
        case .text(let start, let length): .text(start: start + offset, length: length)
        case .blob(let start, let length): .blob(start: start + offset, length: length)
        }
    }
}
