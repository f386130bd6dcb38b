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
    /// The record that was one error too many: it has no outcome.
    private(set) var stop: AppliedChunk.Stop?
    private var keys = KeyList()
    private var hasMadeKeys = false
    private let start: Int
    private let options: ChunkOptions

    init(start: Int, options: ChunkOptions) {
        self.start = start
        self.options = options
        end = start
    }

    /// `key` where the chunk keeps keys.
    mutating func add(_ action: RecordAction, key: RecordKey?) {
        if let key { keys.append(key) }
        actions.append(action)
        end += 1
    }

    /// A created record's key; `isMade` when the database made it.
    mutating func add(createdKey key: Int64, isMade: Bool) {
        keys.append(.integer(key))
        hasMadeKeys = hasMadeKeys || isMade
    }

    /// A created record, and its key, which the server has made or which came with others that it made.
    mutating func add(createdKey key: RecordKey) {
        add(.created, key: key)
        hasMadeKeys = true
    }

    /// Where this is the last error allowed, the pass stops here instead.
    mutating func add(_ fault: Fault, key: RecordKey?) {
        let fault = RecordFault(index: end - start, fault: fault)
        guard faults.count + 1 != options.errorsMax else {
            stop = AppliedChunk.Stop(fault: fault, key: key)
            return
        }
        faults.append(fault)
        add(.error, key: options.keepsKeys ? key ?? .text("") : nil)
    }

    /// The receipt for records from `firstRecord` on.
    func receipt(firstRecord: Int, appliedAt: Timestamp) -> ChunkReceipt {
        ChunkReceipt(
            firstRecord: firstRecord, actions: actions,
            keys: options.keepsKeys || hasMadeKeys ? keys.generated : .none, faults: faults,
            appliedAt: appliedAt)
    }
}
