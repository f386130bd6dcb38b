import BulkModel
import Testing

@testable import Engine

@Suite("Turns of queries")
struct QueryTurnsTests {
    private func jobs(_ names: [String]) -> [Job] {
        names.map { name in
            let spec = JobSpec(
                tenant: TenantID(String(name.prefix(1))), dialect: "d", operation: .query, table: "items")
            return Job(id: JobID(name), spec: spec, createdAt: Timestamp(unixSeconds: 1))
        }
    }

    /// The queries that `workers` workers take one after another, each ending the oldest one that is taken.
    private func order(_ names: [String], workers: Int) -> [String] {
        var turns = QueryTurns(workers: workers)
        var waiting = jobs(names)
        turns.meet(waiting)
        var running: [Job] = []
        var order: [String] = []
        while !waiting.isEmpty {
            guard let job = turns.take(from: waiting, at: .zero) else {
                guard !running.isEmpty else { break }
                turns.leave(running.removeFirst().id)
                continue
            }
            turns.begin(job)
            order.append(job.id.text)
            waiting.removeAll { $0.id == job.id }
            running.append(job)
            if running.count == workers { turns.leave(running.removeFirst().id) }
        }
        return order
    }

    @Test("tenants take turns, the queries of each in the order listed", arguments: 1...3)
    func takesTurns(workers: Int) {
        #expect(order(["a1", "a2", "a3", "b1", "b2"], workers: workers) == ["a1", "b1", "a2", "b2", "a3"])
        #expect(order(["a1", "a2"], workers: workers) == ["a1", "a2"])
    }

    @Test("no tenant has two workers while another one waits")
    func spreads() {
        #expect(order(["a1", "a2", "a3", "b1", "c1"], workers: 3) == ["a1", "b1", "c1", "a2", "a3"])
    }

    @Test("one worker is kept from a tenant, however many queries it has, and one worker alone takes all")
    func keepsOneFree() {
        var turns = QueryTurns(workers: 2)
        let all = jobs(["a1", "a2", "b1"])
        turns.meet(all)
        let own = jobs(["a1", "a2"])
        #expect(turns.take(from: own, at: .zero)?.id.text == "a1")
        #expect(turns.take(from: own, at: .zero) == nil)
        #expect(turns.take(from: all, at: .zero)?.id.text == "b1")
        turns.leave(JobID("a1"))
        #expect(turns.take(from: jobs(["a2"]), at: .zero)?.id.text == "a2")
        var single = QueryTurns(workers: 1)
        single.meet(own)
        #expect(single.take(from: own, at: .zero)?.id.text == "a1")
    }

    @Test("a query that failed is passed over while it rests, and one that is taken until it is left")
    func passesOver() {
        var turns = QueryTurns(workers: 3)
        let all = jobs(["a1", "a2"])
        turns.meet(all)
        #expect(turns.take(from: all, at: .zero)?.id.text == "a1")
        #expect(
            turns.fail(JobID("a1"), after: StoreError(.busy, "busy"), at: .zero, random: 0)?.attempts == 1)
        turns.leave(JobID("a1"))
        #expect(turns.take(from: all, at: .zero)?.id.text == "a2")
        #expect(turns.take(from: all, at: .zero) == nil)
        #expect(turns.take(from: all, at: .seconds(1))?.id.text == "a1")
        #expect(turns.take(from: all, at: .seconds(1)) == nil)
    }
}
