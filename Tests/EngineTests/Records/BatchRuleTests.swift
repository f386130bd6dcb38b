import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Scopes, tables and marks in batches")
struct BatchRuleTests {
    private let operations: [BatchOperation] = [
        .create(["name": "n"]), .patch("a", ["size": 1]), .replace("a", ["name": "m"]), .read("a"),
        .delete("a"),
    ]

    @Test(
        "an operation without its scope fails by itself",
        arguments: [
            ([.read], ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "read", "FORBIDDEN"]),
            ([.write], ["created", "updated", "updated", "FORBIDDEN", "FORBIDDEN"]),
            ([.delete], ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "deleted"]),
            ([.admin], ["created", "updated", "updated", "read", "deleted"]),
        ] as [(Set<Caller.Scope>, [String])])
    func scopes(scopes: Set<Caller.Scope>, expected: [String]) async throws {
        let fixture = BatchFixture(scopes: scopes)
        fixture.add("a")
        #expect(try await fixture.words(operations) == expected)
    }

    @Test("a table that is not there, or not the credential's, fails its own operations only")
    func tables() async throws {
        let fixture = BatchFixture(tables: ["notes"])
        let words = try await fixture.words([
            .create(["label": "x"], in: "items"), .create(["name": "n"]), .read("1", table: "breakbulk_jobs"),
        ])
        #expect(words == ["TABLE_NOT_FOUND", "created", "TABLE_NOT_FOUND"])
    }

    @Test(
        "a delete marks or removes, as is asked, and never touches what is marked already",
        arguments: [(nil, true), (true, true), (false, false)] as [(Bool?, Bool)])
    func softDelete(isSoft: Bool?, staysMarked: Bool) async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        fixture.add("gone", with: ["deleted_at": .text("2024-01-01T00:00:00Z")])
        let outcome = try await fixture.perform([.delete("a"), .delete("gone"), .read("a")]) {
            $0.isSoftDelete = isSoft
        }
        #expect(outcome.results.map(\.word) == ["deleted", "RECORD_NOT_FOUND", "RECORD_NOT_FOUND"])
        guard case .done(_, let record) = outcome.results[0] else { return }
        #expect(record.isEmpty)
        let rows = fixture.store.state.withLock { $0.rows["notes"] ?? [:] }
        #expect((rows["a"] != nil) == staysMarked)
        #expect(rows["gone"] != nil)
        if staysMarked {
            #expect(rows["a"]?["deleted_at"] == .text(fixture.time.wall.rfc3339))
            #expect(rows["a"]?["updated_at"] == .text(fixture.time.wall.rfc3339))
        }
    }

    @Test("marking where the table has no mark is the request's fault")
    func noMark() async throws {
        let fixture = BatchFixture()
        let operations: [BatchOperation] = [.create(["name": "n"]), .delete("1", table: "items")]
        let refusal = await fixture.refusal(operations) { $0.isSoftDelete = true }
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.issue == "no_soft_delete")
        #expect(refusal?.message.contains("\"op2\"") == true)
        #expect(fixture.names.isEmpty)
        #expect(try await fixture.words(operations) == ["created", "RECORD_NOT_FOUND"])
    }

    @Test(
        "ids that the key's column cannot hold are ids of no record",
        arguments: ["abc", "1.5", "", "99999999999999999999"])
    func impossibleIDs(id: String) async throws {
        let fixture = BatchFixture()
        let words = try await fixture.words([
            .read(id, table: "items"), .delete(id, table: "items"), .create(["label": "x"], in: "items"),
            BatchOperation(id: "", kind: .replace, table: "items", record: id, body: []),
        ])
        #expect(words == ["RECORD_NOT_FOUND", "RECORD_NOT_FOUND", "created", "VALIDATION_ERROR"])
    }

    @Test("a patch that marks the record as deleted answers as a delete does")
    func patchedAway() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let words = try await fixture.words([.patch("a", ["deleted_at": "2024-01-01T00:00:00Z"]), .read("a")])
        #expect(words == ["deleted", "RECORD_NOT_FOUND"])
    }

    @Test("a single record is read without a transaction")
    func soleRead() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        fixture.add("b", tenant: "b")
        #expect(try await fixture.words([.read("a")]) == ["read"])
        #expect(try await fixture.words([.read("b")]) == ["RECORD_NOT_FOUND"])
        #expect(fixture.takeCalls() == ["records", "records"])
    }

    @Test("an empty batch is refused")
    func empty() async throws {
        #expect(await BatchFixture().refusal([])?.code == .invalidRequest)
    }

    @Test("a table's records can be of several kinds in one group: each brings its own columns")
    func heterogeneous() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b", with: ["size": .integer(1), "status": .text("draft")])
        let outcome = try await fixture.perform([
            .patch("a", ["size": 2]), .patch("b", ["status": "active", "meta": nil]),
        ])
        #expect(try outcome.results[0].record["status"] == "draft")
        #expect(try outcome.results[1].record["size"] == 1)
        #expect(try outcome.results[1].record["status"] == "active")
        #expect(fixture.takeCalls() == ["look 2", "update 2", "rows 2"])
    }
}
