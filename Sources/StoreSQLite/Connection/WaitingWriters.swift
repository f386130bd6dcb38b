import Synchronization

/// How many short writes wait for the writer while a chunk is being applied.
final class WaitingWriters: Sendable {
    private let count = Atomic<Int>(0)

    func enter() { count.add(1, ordering: .relaxed) }

    func leave() { count.subtract(1, ordering: .relaxed) }

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }
}
