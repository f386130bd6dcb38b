import Engine
import Planning

/// Prepared statements of one kind by which columns a record brings: records of one file may differ.
///
/// Looking up costs a comparison a deciding column and no allocation; most files have one shape.
final class StatementShapes {
    private struct Entry {
        let isAbsent: [Bool]
        let statement: PreparedStatement
    }

    /// Batch columns whose absence makes another statement.
    private let deciding: [Int]
    private let prepare: (_ included: [Bool]) throws -> PreparedStatement
    private let columnCount: Int
    private var entries: [Entry] = []
    private var current = 0
    private static let entriesMax = 32

    init(
        deciding: [Int], columnCount: Int, prepare: @escaping (_ included: [Bool]) throws -> PreparedStatement
    ) {
        self.deciding = deciding
        self.columnCount = columnCount
        self.prepare = prepare
    }

    func statement(for row: UnsafePointer<BoundValue>) throws -> PreparedStatement {
        if current < entries.count, matches(entries[current].isAbsent, row) {
            return entries[current].statement
        }
        if let found = entries.firstIndex(where: { matches($0.isAbsent, row) }) {
            current = found
            return entries[found].statement
        }
        return try add(row)
    }

    /// False when the record brings none of the deciding columns.
    func bringsAny(_ row: UnsafePointer<BoundValue>) -> Bool { deciding.contains { !row[$0].isAbsent } }

    private func matches(_ isAbsent: [Bool], _ row: UnsafePointer<BoundValue>) -> Bool {
        for place in deciding.indices where row[deciding[place]].isAbsent != isAbsent[place] { return false }
        return true
    }

    private func add(_ row: UnsafePointer<BoundValue>) throws -> PreparedStatement {
        var included = [Bool](repeating: true, count: columnCount)
        for column in deciding { included[column] = !row[column].isAbsent }
        let statement = try prepare(included)
        if entries.count == Self.entriesMax { entries.removeFirst() }
        entries.append(Entry(isAbsent: deciding.map { row[$0].isAbsent }, statement: statement))
        current = entries.count - 1
        return statement
    }
}

extension BoundValue {
    var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    var isMissing: Bool {
        switch self {
        case .absent, .null: true
        default: false
        }
    }
}
