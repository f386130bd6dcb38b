import Engine
import Planning

/// Keys that are drawn from the database before the records go in, so that every success can name its own.
struct MadeKeys {
    let column: String
    let isInteger: Bool
    /// By the record's distance from the first; empty where it brings its own.
    private var keys: [String]
    private let first: Int

    /// Draws a key for each of the records that brings none; nil when the database fills no key of this
    /// table, or every record brings its own.
    init?(for records: [Int], _ target: ChunkTarget) throws(ServerFailure) {
        guard let source = target.table.keyDefault, let first = records.first, let last = records.last else {
            return nil
        }
        let place = target.place(of: source.column)
        let lacking = records.filter { record in place.map { target.view.row(record)[$0].isMissing } ?? true }
        guard !lacking.isEmpty else { return nil }
        column = source.column
        isInteger = source.isInteger
        self.first = first
        let rows = try target.session.execute(
            "SELECT (\(source.expression))::text FROM generate_series(1, $1::bigint)",
            [.integer(lacking.count)])
        keys = [String](repeating: "", count: last - first + 1)
        for (row, record) in lacking.enumerated() { keys[record - first] = rows.text(row, 0) ?? "" }
    }

    /// Nil for a record that brings its own.
    subscript(record: Int) -> String? { keys[record - first].isEmpty ? nil : keys[record - first] }

    /// Records and their keys, side by side.
    func parameters(_ records: [Int]) -> [Parameter] {
        let made = records.filter { self[$0] != nil }
        return [.integers(made), .texts(made.map { keys[$0 - first] })]
    }

    /// Notes the key of a created record, drawn or brought.
    func note(_ record: Int, _ target: ChunkTarget, _ outcomes: inout ChunkOutcomes) {
        guard let text = self[record] ?? brought(record, target) else { return }
        outcomes.hasMadeKeys = true
        if isInteger, let number = Int64(text) {
            outcomes.note(key: number, record)
        } else {
            outcomes.note(key: text, record)
        }
    }

    private func brought(_ record: Int, _ target: ChunkTarget) -> String? {
        guard let place = target.place(of: column) else { return nil }
        switch target.view.row(record)[place] {
        case .integer(let number): return "\(number)"
        case .text(let start, let length):
            return String(
                decoding: UnsafeRawBufferPointer(start: target.view.bytes + Int(start), count: Int(length)),
                as: UTF8.self)
        case .absent, .null, .real, .blob: return nil
        }
    }
}
