import BulkModel
import Engine

/// Answers that are kept for who sends the same request again.
enum ReplyCases {
    private static func replies(_ fixture: any StoreFixture) throws -> any ReplyStore {
        guard let store = fixture.store as? any ReplyStore else {
            throw ConformanceFailure("the store is no ReplyStore")
        }
        return store
    }

    private static func reply(
        _ digest: String = "d1", tenant: String = "t", status: Int = 201, at time: Timestamp = Bench.now
    ) -> StoredReply {
        StoredReply(
            key: ReplyKey(tenant: TenantID(tenant), digest: digest), fingerprint: "f", status: status,
            headers: [.init(name: "Location", value: "/v1/x"), .init(name: "Location", value: "/v1/ü")],
            body: [0, 123, 255], createdAt: time)
    }

    static let all = [
        ConformanceCase("an answer is kept under its tenant and key, and the first one stays") { fixture in
            let store = try replies(fixture)
            try expect(try await store.reply(to: reply().key), nil, "before")
            try await store.save(reply())
            try await store.save(reply(status: 500))
            try await store.save(reply(tenant: "other", status: 409))
            try expect(try await store.reply(to: reply().key), reply(), "the tenant's")
            try expect(
                try await store.reply(to: reply(tenant: "other").key), reply(tenant: "other", status: 409),
                "the other's")
            try expect(try await store.reply(to: reply("d2").key), nil, "another key")
        },
        ConformanceCase("an answer is kept with the change of its job, or not at all") { fixture in
            let store = try replies(fixture)
            try await fixture.store.insert(Bench.job("a", state: .open), activeMax: 9)
            let refused = try await store.change(JobID("a"), saving: reply()) { _ in
                Refusal(.jobStateConflict, "No.")
            }
            guard case .failure = refused else { throw ConformanceFailure("it was refused") }
            try expect(try await store.reply(to: reply().key), nil, "after the refusal")
            let changed = try await store.change(JobID("a"), saving: reply()) { job in
                job.state = .aborted
                return nil
            }
            try expect(try changed.get().state, .aborted, "the job")
            try expect(try await store.reply(to: reply().key), reply(), "after the change")
        },
        ConformanceCase("old answers are removed, a few at a time") { fixture in
            let store = try replies(fixture)
            for number in 1...3 {
                try await store.save(reply("d\(number)", at: Bench.now + .seconds(number)))
            }
            let time = Bench.now + .seconds(3)
            try expect(try await store.sweepReplies(before: time, limit: 1), 1, "at most one")
            try expect(try await store.sweepReplies(before: time, limit: 9), 1, "the other one")
            try expect(try await store.reply(to: reply("d3").key)?.key.digest, "d3", "the one that is left")
        },
    ]
}
