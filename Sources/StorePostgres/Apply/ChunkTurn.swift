import BulkModel
import Engine
import Synchronization

/// Lets the chunks of a job change their table one after another, in file order, though several may be leased.
///
/// What comes before a chunk's changes (decoding, staging) goes on beside the changes of the chunk before. There is no
/// deadlock: who waits here has locked nothing but its own chunk's row, which nobody before it wants.
final class ChunkTurn: Sendable {
    private let job: JobID
    private let firstRecord: Int
    private let lockWaitMax: Duration
    private let waitedTime = Mutex(Duration.zero)

    /// `firstRecord` is the number (from 1) of the chunk's first record.
    init(of job: JobID, at firstRecord: Int, lockWaitMax: Duration) {
        self.job = job
        self.firstRecord = firstRecord
        self.lockWaitMax = lockWaitMax
    }

    /// How long `take` has waited.
    var waited: Duration { waitedTime.withLock { $0 } }

    /// Waits until all chunks before are committed. Throws `jobMoved` when one of them was given up, so that it is free
    /// again, when it takes too long, or when the job is not in progress any more.
    func take(_ session: Session) throws {
        let begin = ContinuousClock.now
        defer { waitedTime.withLock { $0 += ContinuousClock.now - begin } }
        // The one before may itself wait for a lock that long, and shall end first, one way or the other.
        try session.run(ChunkTransaction.lockLimit(lockWaitMax * 2))
        guard try chunksBefore(session) == 0 else {
            throw StoreError(
                .jobMoved, "a chunk of job \(job) before record \(firstRecord) is not applied yet")
        }
        try session.run(ChunkTransaction.lockLimit(lockWaitMax))
        let rows = try session.execute(Statements.selectJob, [.storable(job.text)])
        guard let state = try PostgresStore.jobs(rows).first?.state, state == .inProgress else {
            throw StoreError(.jobMoved, "job \(job) is not in progress")
        }
    }

    /// Those that are still there once nobody works on them.
    private func chunksBefore(_ session: Session) throws(ServerFailure) -> Int {
        do throws(ServerFailure) {
            return try session.execute(
                Statements.awaitChunksBefore, [.storable(job.text), .integer(firstRecord)]
            ).count
        } catch {
            guard error.state == Self.lockNotHad else { throw error }
            return 1
        }
    }

    /// "PostgreSQL Error Codes", Appendix A.
    private static let lockNotHad = "55P03"
}
