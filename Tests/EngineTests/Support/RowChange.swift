import BulkModel
import Engine
import Formats
import Planning

/// What one record does to a table of the store in memory.
enum RowChange {
    /// Applies `count` records; gives their receipt.
    static func apply(
        _ chunk: Chunk, count: Int, to rows: inout [String: [String?]], nextKey: inout Int64
    ) -> ChunkReceipt {
        var actions = ActionRuns()
        var keys: [Int64] = []
        var isGenerated = false
        var faults: [RecordFault] = []
        let batch = chunk.batch
        for index in chunk.start..<chunk.start + count {
            if var fault = batch.faults.first(where: { $0.index == index }) {
                fault.index = index - chunk.start
                faults.append(fault)
                actions.append(.error)
                continue
            }
            var row = texts(of: batch, index)
            let given = row.removeValue(forKey: "id") ?? nil
            while given == nil, rows[String(nextKey)] != nil { nextKey += 1 }
            let key = given ?? String(nextKey)
            let action = change(chunk.plan.operation, key: key, row["name"] ?? nil, &rows)
            if action == .created {
                if given == nil { (nextKey, isGenerated) = (nextKey + 1, true) }
                keys.append(Int64(key) ?? 0)
            }
            if action == .error {
                let code: ErrorCode = chunk.plan.operation == .insert ? .duplicateKey : .recordNotFound
                let fault = Fault(
                    code, at: batch.position(of: index), column: "id", message: "The key \(key) fails.")
                faults.append(RecordFault(index: index - chunk.start, fault: fault))
            }
            actions.append(action)
        }
        return ChunkReceipt(
            firstRecord: chunk.firstRecord, actions: actions, keys: isGenerated ? .integers(keys) : .none,
            faults: faults)
    }

    private static func change(
        _ operation: BulkModel.Operation, key: String, _ name: String?, _ rows: inout [String: [String?]]
    ) -> RecordAction {
        let old = rows[key]
        switch (operation, old) {
        case (.insert, nil), (.upsert, nil):
            rows[key] = [name]
            return .created
        case (.update, .some(let old)), (.upsert, .some(let old)):
            if old == [name] { return .unchanged }
            rows[key] = [name]
            return .updated
        case (.delete, .some):
            rows[key] = nil
            return .deleted
        default: return .error
        }
    }

    private static func texts(of batch: BoundBatch, _ index: Int) -> [String: String?] {
        var texts: [String: String?] = [:]
        for (column, planned) in batch.columns.enumerated() {
            let text: String? =
                switch batch.values[index * batch.columns.count + column] {
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .text(let start, let length):
                    String(decoding: batch.bytes[Int(start)..<Int(start + length)], as: UTF8.self)
                default: nil
                }
            texts[planned.column.name] = text
        }
        return texts
    }
}
