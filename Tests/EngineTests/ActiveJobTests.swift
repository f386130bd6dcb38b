import BulkModel
import Planning
import Testing

@testable import Engine

@Suite("What the runner knows of a job")
struct ActiveJobTests {
    private let plan = Plan(
        operation: .insert, table: EngineFixture.items, inputs: [], key: [], tenant: nil)

    private func active(next: Int, batches: [(first: Int, count: Int, start: Int)]) -> ActiveJob {
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .insert, table: "items")
        var job = Job(id: JobID("j"), spec: spec, state: .inProgress, createdAt: Timestamp(unixSeconds: 1))
        job.nextRecord = next
        var active = ActiveJob(job, limits: Limits())
        active.batches = batches.map { .init(batch: batch($0.first, $0.count), start: $0.start) }
        active.nextToRead = batches.last.map { $0.first + $0.count } ?? next
        return active
    }

    private func batch(_ first: Int, _ count: Int) -> BoundBatch {
        BoundBatch(
            bytes: [], columns: [], values: [], faults: [], recordCount: count,
            origin: Position(record: first, line: first + 1, byte: 0), places: [])
    }

    private func chunk(_ first: Int, _ count: Int, start: Int = 0) -> Chunk {
        Chunk(
            job: JobID("j"), plan: plan, batch: batch(first, count), start: start,
            now: Timestamp(unixSeconds: 2), isLast: false)
    }

    @Test("a batch that is applied whole is done with, one that is applied in part goes on behind it")
    func applied() {
        var job = active(next: 1, batches: [(1, 10, 0), (11, 10, 0)])
        job.take(4, of: chunk(1, 10), leaving: 6)
        #expect(job.batches.map(\.start) == [4, 0])
        job.take(6, of: chunk(1, 10, start: 4), leaving: 0)
        #expect(job.batches.map(\.batch.origin.record) == [11])
        #expect(job.nextToRead == 21)
    }

    @Test("when the batch is gone meanwhile, the next turn reads on from the checkpoint and the doom stays")
    func gone() {
        let doom = Job.Reason(code: .uploadDamaged, message: "damaged")
        for batches in [[], [(31, 10, 0)], [(11, 10, 3)]] as [[(first: Int, count: Int, start: Int)]] {
            var job = active(next: 21, batches: batches)
            job.doom = doom
            job.take(10, of: chunk(11, 10), leaving: 0)
            #expect(job.batches.isEmpty)
            #expect(job.nextToRead == 21)
            #expect(job.doom == doom)
        }
    }
}
