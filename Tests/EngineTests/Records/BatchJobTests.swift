import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Batches that are jobs, and kept answers")
struct BatchJobTests {
    private func reply(_ outcome: BatchOutcome) -> StoredReply {
        StoredReply(
            key: ReplyKey(tenant: TenantID("a"), digest: "d"), fingerprint: "f", status: 200, headers: [],
            body: Array((outcome.job?.id.text ?? "").utf8), createdAt: Timestamp(unixSeconds: 0))
    }

    @Test("the job has ended, with an outcome for each operation")
    func job() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let outcome = try await fixture.perform([
            .create(["id": "x", "name": "n"]), .create(["size": "y"]), .read("a"), .delete("a"),
            .create(["name": "$op2.name"]),
        ]) { $0.job = JobOptions() }
        let job = try #require(outcome.job)
        #expect(job.id.text.hasPrefix("batch-job-"))
        #expect(fixture.store.state.withLock { $0.jobs } == [job.id: job])
        #expect(job.state == .jobComplete)
        #expect(job.spec.source == .batch)
        #expect(job.spec.options.noun == .batch)
        #expect(job.spec.table == "notes")
        #expect(job.spec.tenant == fixture.caller.tenant)
        #expect((job.counts.read, job.counts.succeeded, job.counts.failed) == (5, 3, 2))
        #expect((job.counts.created, job.counts.unchanged, job.counts.deleted) == (1, 1, 1))
        #expect(job.errorCounts == [.validationError: 1, .notAttempted: 1])
        let receipt = try #require(fixture.store.state.withLock { $0.receipts[job.id] })
        #expect(receipt.records == 1..<6)
        #expect(receipt.faults.map(\.index) == [1, 4])
        #expect(receipt.keys == .texts(["x", "", "a", "a", ""]))
    }

    @Test("a batch that was undone is a failed job with the reason, kept though nothing else is")
    func failedJob() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let outcome = try await fixture.perform([
            .create(["name": "n"]), .create(["name": "name of a"]), .read("a"),
        ]) {
            $0.job = JobOptions()
            $0.isAtomic = true
        }
        let job = try #require(outcome.job)
        #expect(job.state == .failed)
        #expect(job.reason?.code == .duplicateKey)
        #expect((job.counts.read, job.counts.failed, job.counts.unprocessed) == (3, 3, 0))
        #expect(job.errorCounts == [.duplicateKey: 1, .rolledBack: 1, .notAttempted: 1])
        #expect(fixture.store.state.withLock { $0.jobs } == [job.id: job])
        #expect(fixture.store.state.withLock { $0.receipts[job.id]?.recordCount } == 3)
        #expect(fixture.names == ["a": "name of a"])
    }

    @Test("the job is about the first table that its caller may use")
    func jobTable() async throws {
        let fixture = BatchFixture(tables: ["notes"])
        let operations: [BatchOperation] = [.create(["label": "x"], in: "items"), .create(["name": "n"])]
        let job = try #require(try await fixture.perform(operations) { $0.job = JobOptions() }.job)
        #expect(job.spec.table == "notes")
        #expect(try await fixture.engine.job(job.id, for: fixture.caller) == job)
    }

    @Test("an atomic batch out of time is a failed job too")
    func lateJob() async throws {
        let fixture = BatchFixture()
        let outcome = try await fixture.perform([.create(["name": "n"])]) {
            $0.job = JobOptions()
            $0.isAtomic = true
            $0.timeout = .zero
        }
        #expect(outcome.results.map(\.word) == ["TIMEOUT"])
        #expect(outcome.job?.reason?.code == .timeout)
    }

    @Test(
        "the answer is kept with the work, or by itself when the work was undone", arguments: [false, true])
    func replies(isUndone: Bool) async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let operations: [BatchOperation] = [.create(["name": isUndone ? "name of a" : "n"])]
        let request = BatchFixture.request(operations) {
            $0.isAtomic = true
            $0.job = JobOptions()
        }
        let outcome = try await fixture.engine.perform(request, by: fixture.caller, reply: reply)
        #expect(outcome.isUndone == isUndone)
        let kept = fixture.store.state.withLock { $0.replies }
        #expect(kept.count == 1)
        #expect(kept.first?.body == Array((outcome.job?.id.text ?? "").utf8))
        #expect(fixture.names.count == (isUndone ? 1 : 2))
    }

    @Test("no answer is kept where none is made")
    func noReply() async throws {
        let fixture = BatchFixture()
        let request = BatchFixture.request([.create(["name": "n"])])
        _ = try await fixture.engine.perform(request, by: fixture.caller) { _ in nil }
        #expect(fixture.store.state.withLock { $0.replies.isEmpty })
        #expect(fixture.names.count == 1)
    }
}
