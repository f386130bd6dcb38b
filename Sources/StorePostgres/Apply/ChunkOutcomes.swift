import BulkModel
import Engine
import Formats
import Planning

/// What became of the records of a chunk so far, in whatever order it became known.
///
/// Records are named by their index in the batch. Budget: a byte a record, and what its key takes when the
/// database made one.
struct ChunkOutcomes {
    private let start: Int
    var actions: [UInt8]
    var faults: [RecordFault] = []
    private var integerKeys: [Int64] = []
    private var textKeys: [String] = []
    /// True once the database made a key.
    var hasMadeKeys = false

    init(_ records: Range<Int>) {
        start = records.lowerBound
        actions = [UInt8](repeating: 0, count: records.count)
    }

    var faultCount: Int { faults.count }
    var recordCount: Int { actions.count }

    func isOpen(_ record: Int) -> Bool { actions[record - start] == 0 }

    /// Nil while it is not known.
    func action(of record: Int) -> RecordAction? { RecordAction(rawValue: actions[record - start]) }

    /// What is wrong with a record whose outcome is that; quick for one that was noted lately.
    func fault(of record: Int) -> Fault? { faults.last { $0.index == record - start }?.fault }

    mutating func note(_ action: RecordAction, _ record: Int) { actions[record - start] = action.rawValue }

    mutating func note(_ fault: Fault, _ record: Int) {
        actions[record - start] = RecordAction.error.rawValue
        faults.append(RecordFault(index: record - start, fault: fault))
    }

    mutating func note(key: Int64, _ record: Int) {
        if integerKeys.isEmpty { integerKeys = [Int64](repeating: 0, count: actions.count) }
        integerKeys[record - start] = key
    }

    mutating func note(key: String, _ record: Int) {
        if textKeys.isEmpty { textKeys = [String](repeating: "", count: actions.count) }
        textKeys[record - start] = key
    }

    /// The key that the database made for a record that it took, by its distance from the first.
    func madeKey(_ index: Int) -> RecordKey? {
        guard hasMadeKeys, index < actions.count, actions[index] == RecordAction.created.rawValue else {
            return nil
        }
        if !textKeys.isEmpty { return textKeys[index].isEmpty ? nil : .text(textKeys[index]) }
        return integerKeys.isEmpty ? nil : .integer(integerKeys[index])
    }

    /// Throws when a record has no outcome: better no commit than a lost record. `keys`: those of all records, where they
    /// are kept.
    func receipt(
        firstRecord: Int, keys: GeneratedKeys?, at now: Timestamp
    ) throws(StoreError) -> ChunkReceipt {
        var runs = ActionRuns()
        for (index, byte) in actions.enumerated() {
            guard let action = RecordAction(rawValue: byte) else {
                throw StoreError(.failed, "record \(firstRecord + index) has no outcome")
            }
            runs.append(action)
        }
        return ChunkReceipt(
            firstRecord: firstRecord, actions: runs, keys: keys ?? madeKeys,
            faults: faults.sorted { $0.index < $1.index }, appliedAt: now)
    }

    private var madeKeys: GeneratedKeys {
        guard hasMadeKeys else { return .none }
        let created = actions.indices.filter { actions[$0] == RecordAction.created.rawValue }
        if !textKeys.isEmpty { return .texts(created.map { textKeys[$0] }) }
        return integerKeys.isEmpty ? .none : .integers(created.map { integerKeys[$0] })
    }
}
