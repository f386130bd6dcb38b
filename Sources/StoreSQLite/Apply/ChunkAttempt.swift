import BulkModel

/// How a chunk is to be gone through this time, given what earlier attempts ran into.
struct ChunkAttempt {
    /// Index after the last record to take.
    private(set) var end: Int
    /// A record whose trigger rolled everything back: its outcome is this, and it is not tried again.
    private(set) var condemned: (index: Int, fault: Fault)?
    /// Every record must leave all its references resolved by itself.
    private(set) var resolvesEachRecord = false

    init(end: Int) { self.end = end }

    /// Deferred foreign keys fail at the commit only, where nothing says whose they are: the second time each
    /// record stands for itself. A lost transaction is done again up to the record that lost it; the rest is
    /// the next chunk, so that many such records cost twice the work and not the square.
    mutating func learn(from pass: ChunkRun.Ending) {
        switch pass {
        case .through: break
        case .unresolved: resolvesEachRecord = true
        case .lost(let index, let fault):
            condemned = (index, fault)
            end = index + 1
        }
    }
}
