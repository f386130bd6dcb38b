import BulkModel
import Engine
import Planning

/// What happens to jobs is kept with it, and told to whoever asked.
enum OutboxCases {
    static let all = feed + deliveries

    private static func outbox(_ fixture: any StoreFixture) throws -> any OutboxStore {
        guard let store = fixture.store as? any OutboxStore else {
            throw ConformanceFailure("the store is no OutboxStore")
        }
        return store
    }

    /// Adds a job and aborts it; with an address it has a delivery.
    private static func end(
        _ id: String, tenant: String = "t", url: String? = nil, _ fixture: any StoreFixture
    ) async throws {
        var spec = JobSpec(
            tenant: TenantID(tenant), dialect: "bulk-jobs", operation: .insert, table: "customers")
        spec.options.webhook = url.map { WebhookTarget(url: $0, headers: [.init(name: "X-A", value: "1")]) }
        let job = Job(id: JobID(id), spec: spec, createdAt: Bench.now)
        try await fixture.store.insert(job, activeMax: 100)
        _ = try await fixture.store.change(job.id, JobMachine.change(.abort, at: Bench.now)).get()
    }

    private static let feed = [
        ConformanceCase("options and parent of a job are kept") { fixture in
            var spec = JobSpec(tenant: TenantID("t"), dialect: "d", operation: .upsert, table: "customers")
            spec.parent = JobID("parent")
            spec.options.mapping = [FieldMapping(source: "a \"b\"", column: "email", isJSON: true)]
            spec.options.isLenient = true
            spec.options.isDryRun = true
            spec.options.noun = .import
            spec.options.webhook = WebhookTarget(
                url: "https://x.example/é", events: ["failed"],
                headers: [.init(name: "X-Secret", value: "s")], sealedSecret: [0, 255, 7])
            let job = Job(id: JobID("child"), spec: spec, createdAt: Bench.now)
            try await fixture.store.insert(job, activeMax: 9)
            try await fixture.store.insert(Bench.job("other"), activeMax: 9)
            try expect(try await fixture.store.job(job.id), job, "the job")
            var filter = JobFilter(tenant: TenantID("t"), limit: 9)
            filter.parent = JobID("parent")
            try expect(try await fixture.store.jobs(filter), [job], "the parent's jobs")
        },
        ConformanceCase("a job's end is an event, once, in the tenant's feed") { fixture in
            let store = try outbox(fixture)
            try await end("one", fixture)
            try await end("two", tenant: "other", fixture)
            try await end("three", fixture)
            try await fixture.store.insert(Bench.job("open"), activeMax: 9)
            let events = try await store.events(of: TenantID("t"), after: 0, limit: 10)
            try expect(events.map(\.event.job.text), ["one", "three"], "the feed")
            try expect(events.map(\.event.type), ["job.failed", "job.failed"], "types")
            guard let first = events.first, let job = try await fixture.store.job(JobID("one")) else {
                throw ConformanceFailure("no event")
            }
            try expect([first.event], JobEvents.due(from: nil, to: job), "what is kept")
            let rest = try await store.events(of: TenantID("t"), after: first.place, limit: 10)
            try expect(rest.map(\.event.job.text), ["three"], "behind the first")
            let page = try await store.events(of: TenantID("t"), after: 0, limit: 1)
            try expect(page.map(\.event.job.text), ["one"], "a page of one")
        },
        ConformanceCase("the chunk that ends a job makes its event, in the same transaction") { fixture in
            try await SampleTables.fill(fixture)
            let store = try outbox(fixture)
            let bench = try await Bench(fixture, .insert, "customers", columns: ["email", "name"], read: 2)
            try await bench.apply([["a@x", "Al"]])
            try expect(try await store.events(of: TenantID("t"), after: 0, limit: 9).count, 0, "not ended")
            try await bench.apply([["b@x", "Bo"]], first: 2, isLast: true)
            let events = try await store.events(of: TenantID("t"), after: 0, limit: 9)
            try expect(events.map(\.event.type), ["job.completed"], "the event")
        },
        ConformanceCase("old events are removed with their deliveries") { fixture in
            let store = try outbox(fixture)
            try await end("one", url: "https://x.example", fixture)
            try await end("two", url: "https://x.example", fixture)
            try expect(try await store.sweepEvents(before: Bench.now, limit: 9), 0, "none is older")
            let later = Bench.now + .seconds(1)
            try expect(try await store.sweepEvents(before: later, limit: 1), 1, "at most one")
            try expect(try await store.sweepEvents(before: later, limit: 9), 1, "the other one")
            try expect(try await store.events(of: TenantID("t"), after: 0, limit: 9).count, 0, "the feed")
            let left = try await store.deliveries(
                of: TenantID("t"), state: nil, job: nil, before: nil, limit: 9)
            try expect(left.count, 0, "deliveries")
        },
    ]

    private static let deliveries = [
        ConformanceCase("an event with an address is due at once, and hidden while it is tried") { fixture in
            let store = try outbox(fixture)
            try await end("told", url: "https://x.example/hook", fixture)
            try await end("untold", fixture)
            let (now, hidden) = (Bench.now, Bench.now + .seconds(60))
            let early = try await store.takeDeliveries(
                dueAt: now + .seconds(-1), hiddenUntil: hidden, limit: 9)
            try expect(early.count, 0, "before its time")
            let due = try await store.takeDeliveries(dueAt: now, hiddenUntil: hidden, limit: 9)
            try expect(due.map(\.event.job.text), ["told"], "what is due")
            try expect(due.first?.event.target?.url, "https://x.example/hook", "its address")
            try expect(due.first?.event.target?.headers, [.init(name: "X-A", value: "1")], "its headers")
            try expect(due.first?.attempts, 0, "its tries")
            let again = try await store.takeDeliveries(dueAt: now, hiddenUntil: hidden, limit: 9)
            try expect(again.count, 0, "while it is hidden")
            let later = try await store.takeDeliveries(
                dueAt: hidden, hiddenUntil: hidden + .seconds(60), limit: 9)
            try expect(later.map(\.event.id), due.map(\.event.id), "nobody settled it")
        },
        ConformanceCase("what came of a try is kept, and a parked delivery can be made due again") {
            fixture in
            let store = try outbox(fixture)
            try await end("told", url: "https://x.example/hook", fixture)
            let tenant = TenantID("t")
            let taken = try await store.takeDeliveries(
                dueAt: Bench.now, hiddenUntil: Bench.now + .seconds(60), limit: 9)
            guard var delivery = taken.first else { throw ConformanceFailure("nothing is due") }
            delivery.state = .parked
            delivery.attempts = 3
            delivery.last = WebhookDelivery.Attempt(
                at: Bench.now, status: 500, error: "it said 500", answer: [0, 65, 255],
                duration: .milliseconds(12))
            try await store.settle(delivery)
            // Not taken any more, as far as a list knows.
            delivery.takenUntil = nil
            let parked = try await store.deliveries(
                of: tenant, state: .parked, job: JobID("told"), before: nil, limit: 9)
            try expect(parked, [delivery], "the parked one")
            let waiting = try await store.deliveries(
                of: tenant, state: .waiting, job: nil, before: nil, limit: 9)
            try expect(waiting.count, 0, "waiting ones")
            let behind = try await store.deliveries(
                of: tenant, state: nil, job: nil, before: delivery.id, limit: 9)
            try expect(behind.count, 0, "older ones")
            let now = Bench.now + .seconds(100)
            let others = try await store.redeliver(delivery.id, of: TenantID("other"), at: now)
            try expect(others, nil, "another tenant's")
            guard let again = try await store.redeliver(delivery.id, of: tenant, at: now) else {
                throw ConformanceFailure("it is gone")
            }
            try expect(again.state, .waiting, "its state")
            try expect(again.attempts, 0, "its tries")
            let due = try await store.takeDeliveries(
                dueAt: now, hiddenUntil: now + .seconds(60), limit: 9)
            try expect(due.map(\.id), [delivery.id], "due again")
        },
        ConformanceCase("a try that ends after its delivery was made due again changes nothing") { fixture in
            let store = try outbox(fixture)
            try await end("told", url: "https://x.example/hook", fixture)
            let tenant = TenantID("t")
            let hidden = Bench.now + .seconds(60)
            let taken = try await store.takeDeliveries(dueAt: Bench.now, hiddenUntil: hidden, limit: 9)
            guard var late = taken.first else { throw ConformanceFailure("nothing is due") }
            try expect(late.nextAt, hidden, "when it is due again by itself")
            try expect(late.takenUntil, hidden, "until when it is taken")
            let now = Bench.now + .seconds(1)
            guard let again = try await store.redeliver(late.id, of: tenant, at: now) else {
                throw ConformanceFailure("it is gone")
            }
            late.state = .parked
            late.attempts = 10
            late.last = WebhookDelivery.Attempt(
                at: Bench.now, status: 500, error: "it said 500", answer: [], duration: .milliseconds(12))
            try await store.settle(late)
            let listed = try await store.deliveries(
                of: tenant, state: nil, job: nil, before: nil, limit: 9)
            try expect(listed, [again], "what the late try left")
            // The next one's try is kept, and then the late one's is late still.
            let next = try await store.takeDeliveries(dueAt: now, hiddenUntil: now + .seconds(60), limit: 9)
            guard var kept = next.first else { throw ConformanceFailure("it is not due again") }
            kept.state = .delivered
            kept.attempts = 1
            try await store.settle(kept)
            try await store.settle(late)
            kept.takenUntil = nil
            let ended = try await store.deliveries(
                of: tenant, state: nil, job: nil, before: nil, limit: 9)
            try expect(ended, [kept], "what the next try left")
        },
    ]
}
