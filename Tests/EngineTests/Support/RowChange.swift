import BulkModel
import Engine
import Formats
import Planning

/// What records do to a table of the store in memory.
struct RowChange {
    var rows: [String: [String?]]
    var nextKey: Int64
    /// Keys of rows that may not be changed.
    let refused: Set<String>
    /// Keys of the chunk's records where they are known beforehand: those of records with a fault are in no batch.
    let knownKeys: [RecordKey]

    init(
        _ rows: [String: [String?]], nextKey: Int64, refused: Set<String> = [], knownKeys: [RecordKey] = []
    ) {
        self.rows = rows
        self.nextKey = nextKey
        self.refused = refused
        self.knownKeys = knownKeys
    }

    /// Applies `count` records, or those before the error that is one too many; gives their receipt.
    mutating func apply(_ chunk: Chunk, count: Int) -> (receipt: ChunkReceipt, stop: AppliedChunk.Stop?) {
        var receipt = ChunkReceipt(
            firstRecord: chunk.firstRecord, actions: ActionRuns(), keys: .none, faults: [],
            appliedAt: chunk.now)
        var stop: AppliedChunk.Stop?
        var keys: [String] = []
        var isGenerated = false
        for index in chunk.start..<chunk.start + count {
            let done = applyRecord(index, of: chunk)
            if let fault = done.fault {
                let fault = RecordFault(index: index - chunk.start, fault: fault)
                if receipt.faults.count + 1 == chunk.options.errorsMax {
                    stop = AppliedChunk.Stop(fault: fault, key: done.key.map(Self.key))
                    break
                }
                receipt.faults.append(fault)
            }
            receipt.actions.append(done.action)
            isGenerated = isGenerated || done.isGenerated
            if chunk.options.keepsKeys || done.action == .created { keys.append(done.key ?? "") }
        }
        if chunk.options.keepsKeys || isGenerated { receipt.keys = Self.keys(keys) }
        return (receipt, stop)
    }

    /// What became of one record.
    private struct Done {
        var action: RecordAction
        var key: String?
        var isGenerated = false
        var fault: Fault?
    }

    private mutating func applyRecord(_ index: Int, of chunk: Chunk) -> Done {
        let batch = chunk.batch
        var row = Self.texts(of: batch, index)
        let given = row.removeValue(forKey: "id") ?? nil
        if let fault = batch.faults.first(where: { $0.index == index }) {
            let key = index < knownKeys.count ? knownKeys[index].text : given
            return Done(action: .error, key: key, fault: fault.fault)
        }
        while given == nil, rows[String(nextKey)] != nil { nextKey += 1 }
        let key = given ?? String(nextKey)
        let action = change(chunk.plan.operation, key: key, row["name"] ?? nil)
        guard action == .error else {
            let isGenerated = action == .created && given == nil
            if isGenerated { nextKey += 1 }
            return Done(action: action, key: key, isGenerated: isGenerated)
        }
        let code: ErrorCode =
            refused.contains(key)
            ? .checkViolation : chunk.plan.operation == .insert ? .duplicateKey : .recordNotFound
        let fault = Fault(code, at: batch.position(of: index), column: "id", message: "The key \(key) fails.")
        return Done(action: .error, key: given, fault: fault)
    }

    private mutating func change(
        _ operation: BulkModel.Operation, key: String, _ name: String?
    ) -> RecordAction {
        if refused.contains(key) { return .error }
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

    /// The key as a whole number when it is one.
    static func key(_ text: String) -> RecordKey { Int64(text).map(RecordKey.integer) ?? .text(text) }

    private static func keys(_ texts: [String]) -> GeneratedKeys {
        let numbers = texts.compactMap { Int64($0) }
        return numbers.count == texts.count ? .integers(numbers) : .texts(texts)
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
