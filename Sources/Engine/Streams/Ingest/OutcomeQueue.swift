import BulkModel
import Synchronization

/// What is committed and not told yet: the latest receipts in memory, as far as there is room, the others in the store.
///
/// Adding never waits, so what is applied does not depend on who reads.
final class OutcomeQueue: Sendable {
    /// How the work ended.
    enum Ending: Sendable {
        /// The operation has ended, or stopped before an error that was one too many.
        case done(Job, AppliedChunk.Stop?)
        case failed(any Error)
    }

    /// What is to be told next.
    enum Item: Sendable {
        case receipt(ChunkReceipt)
        /// Receipts that are not in memory.
        case stored
        case ending(Ending)
    }

    private struct State {
        var receipts: [ChunkReceipt] = []
        /// Number of the last record that is committed.
        var committed: Int
        var ending: Ending?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Receipts held for the reader.
    static let receiptsMax = 4

    private let state: Mutex<State>

    init(committed: Int) { state = Mutex(State(committed: committed)) }

    /// Takes a receipt; it is dropped when the reader is too far behind.
    func add(_ receipt: ChunkReceipt) {
        change { state in
            state.committed = receipt.records.upperBound - 1
            if state.receipts.count < Self.receiptsMax { state.receipts.append(receipt) }
        }
    }

    /// Notes that records up to this one are committed, their receipts being in the store.
    func skip(to record: Int) { change { $0.committed = record } }

    func finish(_ ending: Ending) { change { $0.ending = ending } }

    /// What comes behind the record of this number; one waits at a time.
    func next(after record: Int) async -> Item {
        while true {
            let item = state.withLock { state -> Item? in
                state.receipts.removeAll { $0.records.upperBound <= record + 1 }
                guard state.committed <= record else {
                    guard let first = state.receipts.first, first.firstRecord <= record + 1 else {
                        return .stored
                    }
                    state.receipts.removeFirst()
                    return .receipt(first)
                }
                return state.ending.map { .ending($0) }
            }
            if let item { return item }
            await wait(behind: record)
        }
    }

    private func wait(behind record: Int) async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isReady = state.withLock { state in
                if state.committed > record || state.ending != nil { return true }
                state.waiter = waiter
                return false
            }
            if isReady { waiter.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
