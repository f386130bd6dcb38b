import BulkModel
import Synchronization

/// Which rules of their tables the records of jobs broke just now: their next chunks are looked over for those
/// before they go in.
final class WriteHabits: Sendable {
    /// What is known of a job.
    private struct Habit {
        let job: JobID
        var breaches: Set<Breach>
        /// Clean chunks that are still to come before it is trusted again.
        var chunksLeft = 4
    }

    /// Those that were refused last, latest at the end.
    private let wary = Mutex<[Habit]>([])
    private static let jobsMax = 64

    /// Empty for a job that is trusted.
    func breaches(of job: JobID) -> Set<Breach> {
        wary.withLock { habits in habits.first { $0.job == job }?.breaches ?? [] }
    }

    /// A chunk is through; `isClean` when the database refused none of its records.
    func note(_ job: JobID, _ breaches: Set<Breach>, isClean: Bool) {
        wary.withLock { habits in
            let place = habits.firstIndex { $0.job == job }
            guard isClean else {
                var habit = Habit(job: job, breaches: breaches)
                if let place {
                    // Another of the job's chunks may have learned more meanwhile.
                    habit.breaches.formUnion(habits.remove(at: place).breaches)
                } else if habits.count == Self.jobsMax {
                    habits.removeFirst()
                }
                habits.append(habit)
                return
            }
            guard let place else { return }
            habits[place].chunksLeft -= 1
            if habits[place].chunksLeft == 0 { habits.remove(at: place) }
        }
    }
}
