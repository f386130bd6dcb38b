import BulkModel
import Engine
import Planning
import Testing

@testable import StoreSQLite

@Suite("Events, deliveries and kept answers on SQLite", .serialized)
struct OutboxTests {
    private let fixture: SQLiteFixture
    private var store: SQLiteStore { fixture.sqlite }
    private let tenant = TenantID("t")

    init() throws { fixture = try SQLiteFixture() }

    private static func seconds(_ seconds: Int64) -> Timestamp { Timestamp(unixSeconds: seconds) }

    /// Adds a job and ends it at this time.
    @discardableResult
    private func end(
        _ id: String, at time: Int64 = 9, options: JobOptions = .told()
    ) async throws -> Job {
        try await store.insert(.example(id, options: options), activeMax: 100)
        return try await store.change(JobID(id)) { job in
            job.state = .failed
            job.endedAt = Self.seconds(time)
            return nil
        }.get()
    }

    @Test("a job's options and parent are kept, and jobs are found by their parent")
    func options() async throws {
        var options = JobOptions.told(noun: .import)
        options.mapping = [FieldMapping(source: "A", column: "a", isJSON: true)]
        options.isLenient = true
        let child = Job.example("child", options: options, parent: "parent")
        try await store.insert(child, activeMax: 100)
        try await store.insert(.example("other"), activeMax: 100)
        try #expect(await store.job(child.id) == child)
        var filter = JobFilter(limit: 9)
        filter.parent = JobID("parent")
        try #expect(await store.jobs(filter) == [child])
    }

    @Test("a change that ends a job keeps its event and a delivery; a refused or lesser one keeps none")
    func changes() async throws {
        try await store.insert(.example("j", options: .told()), activeMax: 100)
        _ = try await store.change(JobID("j")) { job in
            job.state = .failed
            return Refusal(.invalidRequest, "no")
        }
        _ = try await store.change(JobID("j")) { job in
            job.counts.read = 3
            return nil
        }
        try #expect(await store.events(of: tenant, after: 0, limit: 9).isEmpty)
        let job = try await end("k")
        let events = try await store.events(of: tenant, after: 0, limit: 9)
        #expect(events.map(\.event) == JobEvents.due(from: nil, to: job))
        try #expect(await store.events(of: TenantID("other"), after: 0, limit: 9).isEmpty)
        try #expect(await store.events(of: tenant, after: #require(events.last).place, limit: 9).isEmpty)
        let delivery = try #require(
            await store.deliveries(of: tenant, state: nil, job: nil, before: nil, limit: 9).first)
        #expect(delivery.event == events.first?.event)
        #expect(delivery.nextAt == Self.seconds(9))
        #expect(delivery.state == .waiting)
        #expect(delivery.last == nil)
    }

    @Test("the chunk that ends a job keeps its event, and one that does not keeps none")
    func chunks() async throws {
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        let job = try await JobOnTable(store, .insert, "t", ["a"], read: 2)
        try await job.apply([["x"]])
        try #expect(await store.events(of: tenant, after: 0, limit: 9).isEmpty)
        try await job.apply([["y"]], first: 2, isLast: true)
        try #expect(await store.events(of: tenant, after: 0, limit: 9).map(\.event.type) == ["job.completed"])
        let selection = try await SelectionOnTable(store, .delete, "t")
        _ = try await selection.walk(max: 2)
        try #expect(
            await store.events(of: tenant, after: 0, limit: 9).map(\.event.job) == [job.id, selection.id])
    }

    @Test("a delivery that is taken is hidden until its time, and then due again")
    func taking() async throws {
        try await end("late", at: 8)
        try await end("early", at: 7)
        try #expect(
            await store.takeDeliveries(dueAt: Self.seconds(6), hiddenUntil: Self.seconds(20), limit: 9)
                .isEmpty)
        let first = try await store.takeDeliveries(
            dueAt: Self.seconds(9), hiddenUntil: Self.seconds(20), limit: 1)
        #expect(first.map(\.event.job) == [JobID("early")])
        let second = try await store.takeDeliveries(
            dueAt: Self.seconds(9), hiddenUntil: Self.seconds(21), limit: 9)
        #expect(second.map(\.event.job) == [JobID("late")])
        let again = try await store.takeDeliveries(
            dueAt: Self.seconds(30), hiddenUntil: Self.seconds(40), limit: 9)
        #expect(again.map(\.event.job) == [JobID("early"), JobID("late")])
    }

    @Test("what came of a try is kept, and a parked delivery can be sent again by its tenant only")
    func settling() async throws {
        try await end("j")
        try await end("k")
        var delivery = try #require(
            await store.takeDeliveries(dueAt: Self.seconds(9), hiddenUntil: Self.seconds(20), limit: 1).first)
        delivery.state = .parked
        delivery.attempts = 3
        delivery.last = WebhookDelivery.Attempt(
            at: Self.seconds(10), status: nil, error: "refused", answer: [1], duration: .milliseconds(1500))
        try await store.settle(delivery)
        delivery.takenUntil = nil
        try #expect(
            await store.deliveries(of: tenant, state: .parked, job: JobID("j"), before: nil, limit: 9)
                == [delivery])
        let all = try await store.deliveries(of: tenant, state: nil, job: nil, before: nil, limit: 9)
        #expect(all.map(\.event.job) == [JobID("k"), JobID("j")])
        try #expect(
            await store.deliveries(of: tenant, state: nil, job: nil, before: all[0].id, limit: 9) == [
                delivery
            ])
        try #expect(
            await store.redeliver(delivery.id, of: TenantID("other"), at: Self.seconds(50)) == nil)
        delivery.state = .waiting
        delivery.attempts = 0
        delivery.nextAt = Self.seconds(50)
        try #expect(await store.redeliver(delivery.id, of: tenant, at: Self.seconds(50)) == delivery)
    }

    @Test("old events go with their deliveries, some at a time, and places are never given twice")
    func sweeping() async throws {
        for (index, id) in ["a", "b", "c"].enumerated() { try await end(id, at: Int64(10 + index)) }
        let last = try #require(await store.events(of: tenant, after: 0, limit: 9).last).place
        try #expect(await store.sweepEvents(before: Self.seconds(12), limit: 1) == 1)
        try #expect(
            await store.deliveries(of: tenant, state: nil, job: nil, before: nil, limit: 9).map(\.event.job)
                == [JobID("c"), JobID("b")])
        try #expect(await store.sweepEvents(before: Self.seconds(12), limit: 9) == 1)
        try #expect(await store.sweepEvents(before: Self.seconds(99), limit: 9) == 1)
        try #expect(await store.deliveries(of: tenant, state: nil, job: nil, before: nil, limit: 9).isEmpty)
        try await end("d", options: JobOptions())
        let events = try await store.events(of: tenant, after: last, limit: 9)
        #expect(events.map(\.event.job) == [JobID("d")])
        try #expect(await store.deliveries(of: tenant, state: nil, job: nil, before: nil, limit: 9).isEmpty)
    }

    @Test("the first answer to a key stays, and goes with time")
    func replies() async throws {
        try await store.save(.example("k"))
        try await store.save(.example("k", status: 500))
        try await store.save(.example("late", at: 8))
        let key = StoredReply.example("k").key
        try #expect(await store.reply(to: key) == .example("k"))
        try #expect(await store.reply(to: ReplyKey(tenant: TenantID("other"), digest: "k")) == nil)
        try #expect(await store.sweepReplies(before: Self.seconds(8), limit: 9) == 1)
        try #expect(await store.reply(to: key) == nil)
        try #expect(await store.sweepReplies(before: Self.seconds(9), limit: 0) == 0)
    }

    @Test("an answer is kept with the change it tells of, and not when that is refused")
    func changeWithReply() async throws {
        try await store.insert(.example("j"), activeMax: 100)
        let refused = try await store.change(JobID("j"), saving: .example("k")) { job in
            job.state = .aborted
            return Refusal(.invalidRequest, "no")
        }
        #expect(throws: Refusal.self) { try refused.get() }
        try #expect(await store.reply(to: StoredReply.example("k").key) == nil)
        let job = try await store.change(JobID("j"), saving: .example("k")) { job in
            job.state = .aborted
            return nil
        }.get()
        try #expect(await store.job(job.id) == job)
        #expect(job.state == .aborted)
        try #expect(await store.reply(to: StoredReply.example("k").key) == .example("k"))
        try #expect(await store.events(of: tenant, after: 0, limit: 9).count == 1)
    }
}
