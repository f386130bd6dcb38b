import BulkModel
import Synchronization

/// Which jobs had records that the database refused just now: their next chunks are looked over before they
/// go in.
final class WriteHabits: Sendable {
    /// Clean chunks that are still to come before a job is trusted again; jobs that were refused last, latest
    /// at the end.
    private let wary = Mutex<[(job: JobID, chunksLeft: Int)]>([])
    private static let chunksWary = 4
    private static let jobsMax = 64

    func triesDirectly(_ job: JobID) -> Bool { wary.withLock { jobs in !jobs.contains { $0.job == job } } }

    func note(_ job: JobID, isClean: Bool) {
        wary.withLock { jobs in
            let place = jobs.firstIndex { $0.job == job }
            guard isClean else {
                if let place {
                    jobs.remove(at: place)
                } else if jobs.count == Self.jobsMax {
                    jobs.removeFirst()
                }
                jobs.append((job, Self.chunksWary))
                return
            }
            guard let place else { return }
            jobs[place].chunksLeft -= 1
            if jobs[place].chunksLeft == 0 { jobs.remove(at: place) }
        }
    }
}
