import BulkModel

/// Whose turn it is: tenants take turns, and the jobs of a tenant take turns, one chunk a turn.
///
/// So a small job beside a huge one waits for one chunk, and a tenant with a hundred jobs gets no more than
/// one with a single job.
struct FairShare: Sendable {
    private struct Ring {
        let tenant: TenantID
        var jobs: [JobID]
    }

    /// The tenant whose turn it is comes first, and so do its jobs.
    private var rings: [Ring] = []

    /// Puts the job at the end of its tenant's turns; no change when it is there.
    mutating func add(_ job: JobID, of tenant: TenantID) {
        guard let index = rings.firstIndex(where: { $0.tenant == tenant }) else {
            rings.append(Ring(tenant: tenant, jobs: [job]))
            return
        }
        if !rings[index].jobs.contains(job) { rings[index].jobs.append(job) }
    }

    /// Takes the job out; no change when it is not there.
    mutating func remove(_ job: JobID) {
        for index in rings.indices { rings[index].jobs.removeAll { $0 == job } }
        rings.removeAll { $0.jobs.isEmpty }
    }

    /// The job whose turn it is among those that are ready; it and its tenant go to the end.
    mutating func next(where isReady: (JobID) -> Bool) -> JobID? {
        for index in rings.indices {
            guard let place = rings[index].jobs.firstIndex(where: isReady) else { continue }
            var ring = rings.remove(at: index)
            let job = ring.jobs.remove(at: place)
            ring.jobs.append(job)
            rings.append(ring)
            return job
        }
        return nil
    }
}
