import BulkModel
import Engine
import Planning

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
        ConformanceCase("a change whose key has its answer already is undone") { fixture in
            let store = try replies(fixture)
            try await fixture.store.insert(Bench.job("a", state: .open), activeMax: 9)
            let before = try await fixture.store.job(JobID("a"))
            try await store.save(reply())
            try await expect(.keyTaken, "the change") { () throws(StoreError) in
                _ = try await store.change(JobID("a"), saving: reply(status: 202)) { job in
                    job.state = .aborted
                    return nil
                }
            }
            try expect(try await fixture.store.job(JobID("a")), before, "the job")
            try expect(try await store.reply(to: reply().key), reply(), "the answer")
        },
        ConformanceCase("work on records whose key has its answer already is undone whole") { fixture in
            let store = try replies(fixture)
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let plan = try bench.plan(.insert, ["email", "name"])
            let batch = Bench.batch([["a@x", "Al"]], columns: plan.columns)
            try await store.save(reply())
            try await expect(.keyTaken, "the work") { () throws(StoreError) in
                _ = try await bench.store.transact { session throws(StoreError) -> RecordWork<Bool> in
                    _ = try session.write(batch, by: plan)
                    try session.save(reply(status: 207))
                    return .commit(true)
                }
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["2"]], "the table")
            try expect(try await store.reply(to: reply().key), reply(), "the answer")
        },
        ConformanceCase("of many that do the work of one key at once exactly one does it") { fixture in
            let store = try replies(fixture)
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let plan = try bench.plan(.insert, ["email", "name"])
            let codes = await withTaskGroup(of: StoreError.Code?.self) { group in
                for number in 0..<6 {
                    // Nothing but the key is in each other's way.
                    let batch = Bench.batch(
                        [[.text("\(number)@x"), .text("\(number)")]], columns: plan.columns)
                    group.addTask {
                        do throws(StoreError) {
                            _ = try await bench.store.transact {
                                session throws(StoreError) -> RecordWork<Bool> in
                                _ = try session.write(batch, by: plan)
                                try session.save(reply(status: 200 + number))
                                return .commit(true)
                            }
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                return await group.reduce(into: [StoreError.Code?]()) { $0.append($1) }
            }
            try expect(codes.count { $0 == nil }, 1, "done")
            try expect(codes.count { $0 == .keyTaken }, 5, "undone")
            let added = try await fixture.rows("SELECT name FROM customers WHERE id > 2")
            let kept = try await store.reply(to: reply().key)
            try expect(added, [["\((kept?.status ?? 0) - 200)"]], "the table")
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
