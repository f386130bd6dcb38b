import BulkModel
import Engine
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Events and deliveries in PostgreSQL", .serialized)
struct OutboxTests {
    private static let tenant = OutboxFixture.tenant

    private static func ids(_ store: PostgresStore, after place: Int64 = 0) async throws -> [String] {
        try await store.events(of: tenant, after: place, limit: 99).map(\.event.job.text)
    }

    private static func end(_ id: String, _ store: PostgresStore) async throws {
        _ = try await store.change(JobID(id), OutboxFixture.end).get()
    }

    @Test("a job's end is an event and a delivery that is due at once, and nothing else of its life is")
    func ended() async throws {
        let store = try await PostgresFixture().postgres
        let job = OutboxFixture.job("a")
        try await store.insert(job, activeMax: 9)
        try #expect(await Self.ids(store) == [])
        try await Self.end("a", store)
        _ = try await store.change(job.id) { job in
            job.isSwept = true
            return nil
        }
        let events = try await store.events(of: Self.tenant, after: 0, limit: 9)
        let ended = try #require(await store.job(job.id))
        #expect(events.map(\.event) == JobEvents.due(from: job, to: ended))
        let place = try #require(events.first?.place)
        try #expect(await Self.ids(store, after: place) == [])
        let taken = try await store.takeDeliveries(
            dueAt: Timestamp(unixSeconds: 20), hiddenUntil: Timestamp(unixSeconds: 50), limit: 9)
        #expect(taken.map(\.event) == events.map(\.event))
        #expect(taken.first?.event.target == OutboxFixture.target)
        #expect(taken.first?.state == .waiting && taken.first?.attempts == 0 && taken.first?.last == nil)
    }

    @Test("a chunk that ends its job tells of it in its own transaction")
    func chunk() async throws {
        let bench = try await ApplyBench("CREATE TABLE orders (id int PRIMARY KEY)")
        let job = try await bench.job(.insert, "orders", ["id"], read: 1)
        let store = try #require(bench.fixture as? PostgresFixture).postgres
        try #expect(await store.events(of: TenantID("t"), after: 0, limit: 9).isEmpty)
        try await job.apply([[1]], isLast: true)
        try #expect(await store.events(of: TenantID("t"), after: 0, limit: 9).map(\.event.job) == [job.job])
        try #expect(await bench.rows("SELECT count(*) FROM breakbulk.deliveries") == ["0"])
    }

    @Test("an event that comes while another's transaction is open waits for it: no reader misses one")
    func order() async throws {
        let bench = try await ApplyBench()
        let store = try #require(bench.fixture as? PostgresFixture).postgres
        for id in ["a", "b"] { try await store.insert(OutboxFixture.job(id), activeMax: 9) }
        let other = try await OtherWriter(bench)
        // Its place is drawn and not yet committed.
        try await other.execute("BEGIN")
        try await other.perform { session in
            let before = try PostgresStore.locked(JobID("a"), session).job
            var job = before
            _ = OutboxFixture.end(&job)
            try JobWriter.write(job, since: before, session)
        }
        async let second: Void = Self.end("b", store)
        try await other.waitForWaiting()
        try #expect(await Self.ids(store) == [])
        try await other.execute("COMMIT")
        try await second
        try #expect(await Self.ids(store) == ["a", "b"])
    }

    @Test("events of another tenant wait for nobody")
    func otherTenant() async throws {
        let bench = try await ApplyBench()
        let store = try #require(bench.fixture as? PostgresFixture).postgres
        let other = try await OtherWriter(bench)
        try await other.execute("BEGIN")
        try await other.perform {
            try JobWriter.write(OutboxFixture.job("a", state: .failed), since: nil, $0)
        }
        let tenant = TenantID("globex")
        try await store.insert(OutboxFixture.job("b", tenant: tenant), activeMax: 9)
        try await Self.end("b", store)
        try #expect(await store.events(of: tenant, after: 0, limit: 9).map(\.event.job.text) == ["b"])
        try await other.execute("ROLLBACK")
        try #expect(await Self.ids(store) == [])
    }

    @Test("two nodes that take deliveries at the same time get each of them once")
    func takers() async throws {
        let fixture = try await PostgresFixture()
        let second = try await PostgresStore.open(url: fixture.url, limits: Limits())
        defer { second.close() }
        for number in 0..<40 {
            try await fixture.postgres.insert(OutboxFixture.job("\(number)", state: .failed), activeMax: 9)
        }
        let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for number in 0..<12 {
                let store = number % 2 == 0 ? fixture.postgres : second
                group.addTask {
                    try await store.takeDeliveries(
                        dueAt: Timestamp(unixSeconds: 10), hiddenUntil: Timestamp(unixSeconds: 11), limit: 5
                    ).map(\.id)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(taken).count == taken.count)
        // Whoever meets rows that another has locked passes them over.
        let rest = try await second.takeDeliveries(
            dueAt: Timestamp(unixSeconds: 10), hiddenUntil: Timestamp(unixSeconds: 11), limit: 99)
        #expect(Set(taken + rest.map(\.id)).count == 40 && taken.count + rest.count == 40)
    }

    @Test("deliveries come the longest due first, are kept as settled, and are due again by hand")
    func settled() async throws {
        let store = try await PostgresFixture().postgres
        for id in ["a", "b"] { try await store.insert(OutboxFixture.job(id, state: .failed), activeMax: 9) }
        func take(_ seconds: Int64) async throws -> [WebhookDelivery] {
            try await store.takeDeliveries(
                dueAt: Timestamp(unixSeconds: seconds), hiddenUntil: Timestamp(unixSeconds: 90), limit: 9)
        }
        var first = try #require(await take(10).first)
        #expect(first.nextAt == Timestamp(unixSeconds: 90))
        try #expect(await take(10).isEmpty)
        first.attempts = 3
        first.nextAt = Timestamp(unixSeconds: 95)
        first.last = WebhookDelivery.Attempt(
            at: Timestamp(unixSeconds: 12), status: 500, error: "no", answer: [0, 7],
            duration: .microseconds(1_234_567))
        try await store.settle(first)
        try #expect(await take(96).map(\.event.job.text) == ["b", "a"])
        first.state = .parked
        try await store.settle(first)
        first.takenUntil = nil
        let parked = try await store.deliveries(
            of: Self.tenant, state: .parked, job: nil, before: nil, limit: 9)
        #expect(parked == [first])
        try #expect(await take(1000).map(\.event.job.text) == ["b"])
        let again = try await store.redeliver(first.id, of: Self.tenant, at: Timestamp(unixSeconds: 5))
        #expect(again?.attempts == 0 && again?.state == .waiting && again?.last == first.last)
        try #expect(await store.redeliver(first.id, of: TenantID("x"), at: first.nextAt) == nil)
        try #expect(await take(5).map(\.id) == [first.id])
    }

    @Test("a list of deliveries is newest first, a page at a time; a sweep takes them with their events")
    func listed() async throws {
        let bench = try await ApplyBench()
        let store = try #require(bench.fixture as? PostgresFixture).postgres
        for id in ["a", "b", "c"] {
            try await store.insert(OutboxFixture.job(id, state: .failed), activeMax: 9)
        }
        func page(before: Int64? = nil, job: JobID? = nil) async throws -> [WebhookDelivery] {
            try await store.deliveries(of: Self.tenant, state: nil, job: job, before: before, limit: 2)
        }
        let first = try await page()
        #expect(first.map(\.event.job.text) == ["c", "b"])
        try #expect(await page(before: first.last?.id).map(\.event.job.text) == ["a"])
        try #expect(await page(job: JobID("b")).map(\.event.job.text) == ["b"])
        try #expect(await store.sweepEvents(before: Timestamp(unixSeconds: 10), limit: 9) == 0)
        try #expect(await store.sweepEvents(before: Timestamp(unixSeconds: 11), limit: 2) == 2)
        try #expect(await Self.ids(store) == ["c"])
        try #expect(await bench.rows("SELECT job FROM breakbulk.deliveries") == ["c"])
    }
}
