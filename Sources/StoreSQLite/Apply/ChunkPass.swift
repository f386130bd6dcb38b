import BulkModel
import Engine
import Formats
import Planning

/// What one pass over a chunk's records has come to so far.
struct ChunkPass {
    /// Index after the last record with an outcome.
    private(set) var end: Int
    private(set) var actions = ActionRuns()
    private(set) var faults: [RecordFault] = []
    private var keys: [Int64] = []
    private var hasMadeKeys = false
    private let start: Int

    init(start: Int) {
        self.start = start
        end = start
    }

    mutating func add(_ action: RecordAction) {
        actions.append(action)
        end += 1
    }

    /// A created record's key; `isMade` when the database made it.
    mutating func add(key: Int64, isMade: Bool) {
        keys.append(key)
        hasMadeKeys = hasMadeKeys || isMade
    }

    mutating func add(_ fault: Fault) {
        faults.append(RecordFault(index: end - start, fault: fault))
        add(.error)
    }

    /// The receipt for records from `firstRecord` on.
    func receipt(firstRecord: Int) -> ChunkReceipt {
        ChunkReceipt(
            firstRecord: firstRecord, actions: actions, keys: hasMadeKeys ? .integers(keys) : .none,
            faults: faults)
    }
}
