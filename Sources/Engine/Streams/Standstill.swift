import BulkModel

/// Which operations nobody works on, as far as who looks now and then can tell; pure.
struct Standstill: Sendable {
    /// First record without an outcome of each operation at the last look; nil before the first look.
    private var places: [JobID: Int]?
    /// Operations that their readers alone go on with.
    private var left: Set<JobID> = []

    /// Those of the operations under way that are where they were at the last look; at the first look all.
    mutating func see(_ jobs: [Job]) -> [Job] {
        let still = jobs.filter { job in
            !left.contains(job.id) && places.map { $0[job.id] == job.nextRecord } ?? true
        }
        places = Dictionary(jobs.map { ($0.id, $0.nextRecord) }, uniquingKeysWith: max)
        left.formIntersection(jobs.map(\.id))
        return still
    }

    /// The operation is not to be looked at again.
    mutating func leave(_ id: JobID) { left.insert(id) }
}
