import BulkModel
import Engine
import Testing

@testable import StorePostgres

@Suite("Kept answers in PostgreSQL", .serialized)
struct ReplyTests {
    private static func reply(_ digest: String, body: String = "{}", at seconds: Int64 = 5) -> StoredReply {
        StoredReply(
            key: ReplyKey(tenant: OutboxFixture.tenant, digest: digest), fingerprint: "f", status: 207,
            headers: [.init(name: "Location", value: "/v1/jobs/1"), .init(name: "X", value: "")],
            body: Array(body.utf8), createdAt: Timestamp(unixSeconds: seconds))
    }

    @Test("the first answer kept for a key stays")
    func first() async throws {
        let store = try await PostgresFixture().postgres
        let reply = Self.reply("1")
        try #expect(await store.reply(to: reply.key) == nil)
        try await store.save(reply)
        try await store.save(Self.reply("1", body: "other"))
        try #expect(await store.reply(to: reply.key) == reply)
        try #expect(await store.reply(to: ReplyKey(tenant: TenantID("x"), digest: "1")) == nil)
    }

    @Test("an answer is kept with the change it tells of, and not with one that is refused")
    func change() async throws {
        let store = try await PostgresFixture().postgres
        let job = OutboxFixture.job("a")
        try await store.insert(job, activeMax: 9)
        let refused = try await store.change(job.id, saving: Self.reply("1")) { _ in Refusal(.notFound, "") }
        #expect(throws: Refusal.self) { try refused.get() }
        try #expect(await store.reply(to: Self.reply("1").key) == nil)
        let changed = try await store.change(job.id, saving: Self.reply("2"), OutboxFixture.end)
        try #expect(changed.get().state == .jobComplete)
        try #expect(await store.reply(to: Self.reply("2").key) == Self.reply("2"))
        try #expect(await store.events(of: OutboxFixture.tenant, after: 0, limit: 9).count == 1)
    }

    @Test("old answers are swept, a bounded number at a time")
    func sweep() async throws {
        let store = try await PostgresFixture().postgres
        for number in 1...4 { try await store.save(Self.reply("\(number)", at: Int64(number))) }
        try #expect(await store.sweepReplies(before: Timestamp(unixSeconds: 4), limit: 2) == 2)
        try #expect(await store.sweepReplies(before: Timestamp(unixSeconds: 4), limit: 2) == 1)
        try #expect(await store.sweepReplies(before: Timestamp(unixSeconds: 4), limit: 2) == 0)
        try #expect(await store.reply(to: Self.reply("4").key) != nil)
    }

    @Test("an idempotency key is answered by one node at a time, and keys do not stand in each other's way")
    func locked() async throws {
        let database = try await TestDatabase()
        let (first, second) = (database.node(), database.node())
        let lock = try #require(try await first.lock(.reply(Self.reply("1").key)))
        #expect(try await second.lock(.reply(Self.reply("1").key)) == nil)
        #expect(try await second.lock(.reply(Self.reply("2").key)) != nil)
        #expect(try await second.lock(.reply(ReplyKey(tenant: TenantID("x"), digest: "1"))) != nil)
        #expect(lock.isHeld)
    }
}
