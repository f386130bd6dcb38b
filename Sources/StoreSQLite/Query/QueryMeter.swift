import GRDBSQLite
import Synchronization

/// Stops a statement that runs too long or whose reader has gone; SQLite asks it every some thousand steps.
final class QueryMeter: Sendable {
    private let deadline: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)
    /// About a millisecond of work.
    private static let stepsBetweenLooks: CInt = 20_000

    init(durationMax: Duration) { deadline = ContinuousClock.now + durationMax }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    var isOverTime: Bool { ContinuousClock.now >= deadline }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// The connection keeps the bare address: whoever owns the connection owns this as well.
    func watch(_ connection: OpaquePointer) {
        sqlite3_progress_handler(
            connection, Self.stepsBetweenLooks,
            { address in
                guard let address else { return 1 }
                let meter = Unmanaged<QueryMeter>.fromOpaque(address).takeUnretainedValue()
                return meter.isCancelled || meter.isOverTime ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
