import Engine
import Planning

/// The key of every record of a chunk: found by the selection, made by the database, or brought by the record.
struct RecordKeys {
    /// Index of the first record in the batch.
    private let start: Int
    private let target: ChunkTarget
    private let keys: [RecordKey]?
    private let outcomes: ChunkOutcomes
    /// The key's column in the batch, where it is one column.
    private let place: Int?
    /// What the database makes beforehand is that column's.
    private let isMade: Bool

    init(start: Int, target: ChunkTarget, keys: [RecordKey]?, outcomes: ChunkOutcomes) {
        self.start = start
        self.target = target
        self.keys = keys
        self.outcomes = outcomes
        let name = target.keyName
        place = name.flatMap { target.place(of: $0) }
        isMade = target.table.keyDefault?.column == name
    }

    /// Numbers when all are.
    var all: GeneratedKeys {
        let keys = (0..<outcomes.recordCount).map(key)
        var numbers: [Int64] = []
        numbers.reserveCapacity(keys.count)
        for key in keys {
            guard case .integer(let number) = key else { return .texts(keys.map(\.text)) }
            numbers.append(number)
        }
        return .integers(numbers)
    }

    /// Of the record at `index` from the chunk's first; the empty text when nobody knows it.
    func key(of index: Int) -> RecordKey {
        if let keys { return keys[start + index] }
        return (isMade ? outcomes.madeKey(index) : nil) ?? brought(start + index)
    }

    private func brought(_ record: Int) -> RecordKey {
        guard let place else { return .text("") }
        switch target.view.row(record)[place] {
        case .absent, .null, .blob: return .text("")
        case .integer(let number): return .integer(number)
        case .real(let number): return .text("\(number)")
        case .text(let start, let length):
            let text = UnsafeRawBufferPointer(start: target.view.bytes + Int(start), count: Int(length))
            return .text(String(decoding: text, as: UTF8.self))
        }
    }
}
