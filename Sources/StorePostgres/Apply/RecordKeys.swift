import Engine
import Planning

/// The key of every record of a chunk: found by the selection, made by the database, or brought by the record.
struct RecordKeys {
    private let chunk: Chunk
    private let target: ChunkTarget
    private let keys: [RecordKey]?
    private let outcomes: ChunkOutcomes
    /// The key's column in the batch, where it is one column.
    private let place: Int?

    init(chunk: Chunk, target: ChunkTarget, keys: [RecordKey]?, outcomes: ChunkOutcomes) {
        self.chunk = chunk
        self.target = target
        self.keys = keys
        self.outcomes = outcomes
        let names = target.plan.key.isEmpty ? target.plan.table.primaryKey : target.plan.key
        place = names.count == 1 ? target.place(of: names[0]) : nil
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
        if let keys { return keys[chunk.start + index] }
        return outcomes.madeKey(index) ?? brought(chunk.start + index)
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
