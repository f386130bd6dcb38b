import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Lists within batches")
struct BatchListTests {
    private func names(_ result: BatchResult) throws -> [String?] {
        try result.record.array?.map { $0["name"]?.string } ?? []
    }

    @Test(
        "a list gives what stands at its turn: what was written before it is there, what comes behind is not")
    func ownWrites() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "z")
        fixture.add("foreign", tenant: "b")
        let outcome = try await fixture.perform([
            .patch("a", ["name": "new"]), .list(), .delete("z"), .list(), .patch("a", ["name": "last"]),
        ])
        #expect(outcome.results.map(\.word) == ["updated", "listed", "deleted", "listed", "updated"])
        #expect(try names(outcome.results[1]) == ["new", "name of z"])
        #expect(try names(outcome.results[3]) == ["new"])
    }

    @Test("a page has its limit, and where the next one begins")
    func pages() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b", "c")
        let outcome = try await fixture.perform([.list(limit: 2), .list(limit: 3)])
        guard case .listed(let first, _) = outcome.results[0], case .listed(let all, _) = outcome.results[1]
        else { throw Refusal(.internalError, "no pages") }
        #expect(first.records.count == 2 && first.next == ["b"])
        #expect(all.records.count == 3 && all.next == nil)
    }

    @Test("a filter can refer to an earlier result, and the list is told with what that was")
    func references() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b")
        let outcome = try await fixture.perform([
            .read("b", id: "one"), .list(name: "$one.name"), .list(name: "$$one.name"),
            .list(name: "$one.nmae"), .list(name: "$one.deleted_at"), .read("none", id: "lost"),
            .list(name: "$lost.name"),
        ])
        #expect(
            outcome.results.map(\.word) == [
                "read", "listed", "listed", "VALIDATION_ERROR", "VALIDATION_ERROR", "RECORD_NOT_FOUND",
                "NOT_ATTEMPTED",
            ])
        #expect(try names(outcome.results[1]) == ["name of b"])
        #expect(try names(outcome.results[2]).isEmpty, "two signs are one, and a text")
        guard case .listed(_, let items) = outcome.results[1] else {
            throw Refusal(.internalError, "no page")
        }
        #expect(items == [.init(name: "name", value: "name of b")])
    }

    @Test("what is wrong with a list, or refused by the database, is that operation's failure alone")
    func failures() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        var faulty = BatchOperation.list()
        faulty.table = "items"
        #expect(try await fixture.words([faulty, .list()]) == ["INVALID_REQUEST", "listed"])
        fixture.store.refused.withLock { $0 = "no such value" }
        let words = try await fixture.words([.list(), .patch("a", ["name": "b"])])
        #expect(words == ["INVALID_REQUEST", "updated"])
        #expect(fixture.names == ["a": "b"])
        let writer = BatchFixture(scopes: [.write])
        #expect(try await writer.words([.list(), .list()]) == ["FORBIDDEN", "FORBIDDEN"])
    }

    @Test(
        "the lists of a batch share a bound on their bytes; one that goes beyond fails, a smaller one fits still"
    )
    func bytes() async throws {
        let bytes = try await size()
        var limits = Limits()
        limits.batchListBytesMax = 2 * bytes
        let fixture = BatchFixture(limits: limits)
        fixture.add("a", "b")
        let one = { BatchOperation.list(name: "name of a") }
        let words = try await fixture.words([one(), .list(), one(), one(), .read("a")])
        #expect(words == ["listed", "PAYLOAD_TOO_LARGE", "listed", "PAYLOAD_TOO_LARGE", "read"])
        let atomic = try await fixture.words([.list(), .patch("a", ["name": "x"]), .list()]) {
            ($0.isAtomic, $0.continuesOnError) = (true, false)
        }
        #expect(atomic == ["ROLLED_BACK", "ROLLED_BACK", "PAYLOAD_TOO_LARGE"])
    }

    private func size() async throws -> Int {
        let fixture = BatchFixture()
        fixture.add("a", "b")
        let outcome = try await fixture.perform([.list(name: "name of a")])
        guard case .listed(let page, _) = outcome.results[0] else {
            throw Refusal(.internalError, "no page")
        }
        return page.byteCount
    }

    @Test("time is looked at between lists")
    func time() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let time = fixture.time
        fixture.store.before.withLock {
            $0 = { call in if call == "page" { time.advance(.seconds(20)) } }
        }
        let words = try await fixture.words([.list(), .list(), .list()])
        #expect(words == ["listed", "listed", "TIMEOUT"])
    }

    @Test("the tables are looked at once for a batch, and their keys are told")
    func looks() async throws {
        let fixture = BatchFixture()
        let outcome = try await fixture.perform([.create(["label": "x"], in: "items"), .list()])
        #expect(fixture.store.looks.withLock { $0 } == 1)
        #expect(outcome.keyColumns == ["items": "id", "notes": "id"])
        let single = try await fixture.perform([.create(["label": "y"], in: "items")])
        #expect(single.keyColumns == ["items": "id"])
        #expect(fixture.store.looks.withLock { $0 } == 2, "another request looks anew")
    }
}
