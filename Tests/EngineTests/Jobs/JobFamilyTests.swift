import BulkModel
import Testing

@testable import Engine

@Suite("Roll-up of retries")
struct JobFamilyTests {
    /// A job with so many records of each kind.
    private static func job(created: Int = 0, failed: Int = 0, unprocessed: Int = 0) -> Job {
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .insert, table: "items")
        var job = Job(id: JobID("j"), spec: spec, createdAt: Timestamp(unixSeconds: 1))
        job.counts.add(.created, count: created)
        job.counts.add(.error, count: failed)
        job.counts.read = created + failed + unprocessed
        return job
    }

    private static func check(
        _ job: Job, _ retries: [Job], read: Int, succeeded: Int, failed: Int, unprocessed: Int,
        _ place: SourceLocation = #_sourceLocation
    ) {
        let counts = JobFamily(job, retries: retries).counts
        #expect(counts.read == read, sourceLocation: place)
        #expect(counts.succeeded == succeeded, sourceLocation: place)
        #expect(counts.created == succeeded, sourceLocation: place)
        #expect(counts.failed == failed, sourceLocation: place)
        #expect(counts.unprocessed == unprocessed, sourceLocation: place)
    }

    @Test("a job without retries counts for itself")
    func alone() {
        Self.check(
            Self.job(created: 5, failed: 3, unprocessed: 2), [], read: 10, succeeded: 5, failed: 3,
            unprocessed: 2)
    }

    @Test("what a retry takes over counts once, with its latest outcome")
    func takesOver() {
        let job = Self.job(created: 5, failed: 3, unprocessed: 2)
        let first = Self.job(created: 3, failed: 2)
        Self.check(job, [first], read: 10, succeeded: 8, failed: 2, unprocessed: 0)
        let second = Self.job(created: 1, failed: 1)
        Self.check(job, [first, second], read: 10, succeeded: 9, failed: 1, unprocessed: 0)
    }

    @Test("while a retry runs its records are unprocessed, not failed")
    func running() {
        let job = Self.job(created: 5, failed: 5)
        Self.check(
            job, [Self.job(created: 1, unprocessed: 4)], read: 10, succeeded: 6, failed: 0, unprocessed: 4)
    }

    @Test("a file of fewer records leaves the rest as it was; of more, the others are new")
    func otherSizes() {
        let job = Self.job(created: 5, failed: 5)
        Self.check(job, [Self.job(created: 2)], read: 10, succeeded: 7, failed: 3, unprocessed: 0)
        Self.check(job, [Self.job(created: 7)], read: 12, succeeded: 12, failed: 0, unprocessed: 0)
    }

    @Test("a retry that never got its records takes over nothing")
    func empty() {
        Self.check(Self.job(failed: 5), [Self.job()], read: 5, succeeded: 0, failed: 5, unprocessed: 0)
    }

    @Test("whatever the numbers, kinds add up to all and no record is lost or counted twice")
    func addsUp() {
        for seed in 0..<200 {
            let retries = (0..<seed % 4).map { index in
                Self.job(
                    created: (seed * 7 + index) % 5, failed: (seed * 3 + index) % 4,
                    unprocessed: (seed + index * 5) % 3)
            }
            let job = Self.job(created: seed % 6, failed: seed % 5, unprocessed: seed % 3)
            let counts = JobFamily(job, retries: retries).counts
            #expect(counts.succeeded + counts.failed + counts.unprocessed == counts.read)
            #expect(counts.failed >= 0 && counts.unprocessed >= 0)
            #expect(counts.read >= job.counts.read)
            let created = ([job] + retries).reduce(0) { $0 + $1.counts.created }
            #expect(counts.succeeded == created)
        }
    }
}
