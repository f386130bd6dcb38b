import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Batches")
struct BatchTests {
    @Test("every kind of operation is done, with the record afterwards at its place")
    func kinds() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b", "c")
        let outcome = try await fixture.perform([
            .create(["name": "new", "meta": ["k": [1, "x"]]]), .patch("a", ["size": 5]),
            .replace("b", ["name": "other"]), .replace("z", ["name": "made"]), .delete("c"), .read("a"),
        ])
        #expect(
            outcome.results.map(\.word) == ["created", "updated", "updated", "created", "deleted", "read"])
        #expect(!outcome.isUndone)
        let created = try outcome.results[0].record
        #expect(created["id"]?.string?.hasPrefix("note_") == true)
        #expect(created["id"]?.string?.count == 25)
        #expect(created["meta"] == ["k": [1, "x"]])
        #expect(created["created_at"] == .string(fixture.time.wall.rfc3339))
        #expect(created["updated_at"] == .string(fixture.time.wall.rfc3339))
        #expect(try outcome.results[1].record["size"] == 5)
        #expect(try outcome.results[1].record["name"] == "name of a")
        #expect(try outcome.results[2].record["name"] == "other")
        #expect(try outcome.results[3].record["id"] == "z")
        #expect(try outcome.results[4].record == .null)
        #expect(try outcome.results[5].record["size"] == 5)
    }

    @Test("a thousand creates are a few calls of the store")
    func setBased() async throws {
        let fixture = BatchFixture()
        let words = try await fixture.words((1...1000).map { .create(["name": .string("n\($0)")]) })
        #expect(words == [String](repeating: "created", count: 1000))
        #expect(fixture.takeCalls().count == 8)
    }

    @Test("operations on one record have their effects in request order")
    func orderOnOneRecord() async throws {
        let fixture = BatchFixture()
        let outcome = try await fixture.perform([
            .create(["id": "x", "name": "1"]), .patch("x", ["name": "2"]), .patch("x", ["size": 3]),
            .read("x"),
            .delete("x"), .read("x"), .patch("x", ["size": 4]), .replace("y", ["name": "5"]),
            .replace("y", ["name": "6"]), .delete("y"), .delete("y"),
        ])
        #expect(
            outcome.results.map(\.word) == [
                "created", "updated", "updated", "read", "deleted", "RECORD_NOT_FOUND", "RECORD_NOT_FOUND",
                "created", "updated", "deleted", "RECORD_NOT_FOUND",
            ])
        #expect(try outcome.results[3].record["name"] == "2")
        #expect(try outcome.results[3].record["size"] == 3)
    }

    @Test("a name that one record gives up can be another's in the same batch")
    func orderAcrossRecords() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let words = try await fixture.words([
            .replace("a", ["name": "free now"]), .replace("b", ["name": "name of a"]),
            .create(["name": "free now"]),
        ])
        #expect(words == ["updated", "created", "DUPLICATE_KEY"])
    }

    @Test("failures leave their neighbours alone, each at its place")
    func goesOn() async throws {
        let fixture = BatchFixture()
        fixture.add("a", "b")
        fixture.add("locked", with: ["locked": .integer(1)])
        fixture.add("draft", with: ["status": .text("draft")])
        fixture.add("foreign", tenant: "b")
        let words = try await fixture.words([
            .create(["name": "n1"]), .create(["name": "n1"]), .create(["size": 1]), .create(["name": "n2"]),
            .patch("locked", ["size": 1]), .patch("draft", ["status": "done"]),
            .patch("draft", ["status": "active"]), .patch("foreign", ["size": 1]), .patch("a", ["sise": 1]),
            .patch("b", ["size": 1]), .delete("locked"), .delete("nobody"), .delete("foreign"), .delete("b"),
        ])
        #expect(
            words == [
                "created", "DUPLICATE_KEY", "VALIDATION_ERROR", "created", "LOCKED_RECORD",
                "INVALID_STATUS_TRANSITION", "updated", "RECORD_NOT_FOUND", "VALIDATION_ERROR", "updated",
                "LOCKED_RECORD", "RECORD_NOT_FOUND", "RECORD_NOT_FOUND", "deleted",
            ])
        #expect(fixture.names["foreign"] == "name of foreign")
    }

    @Test("without continuing, nothing behind the first failure is done", arguments: [1, 2, 3, 4])
    func stops(faulty: Int) async throws {
        let fixture = BatchFixture()
        fixture.add("taken")
        var operations = (1...4).map {
            BatchOperation.create(["id": .string("\($0)"), "name": .string("n\($0)")])
        }
        operations[faulty - 1] = .create(["id": "x", "name": "name of taken"])
        let words = try await fixture.words(operations) { $0.continuesOnError = false }
        let expected = (1...4).map {
            $0 < faulty ? "created" : $0 == faulty ? "DUPLICATE_KEY" : "NOT_ATTEMPTED"
        }
        #expect(words == expected)
        #expect(Set(fixture.names.keys) == Set(["taken"] + (1..<faulty).map(String.init)))
    }

    @Test("without continuing, a fault found beforehand lets the ones before it be done, and only them")
    func stopsAtValidation() async throws {
        let fixture = BatchFixture()
        fixture.add("taken")
        let operations: [BatchOperation] = [
            .create(["id": "1", "name": "n1"]), .create(["id": "2", "name": "n2"]), .create(["size": "x"]),
            .create(["id": "4", "name": "n4"]),
        ]
        #expect(
            try await fixture.words(operations) { $0.continuesOnError = false } == [
                "created", "created", "VALIDATION_ERROR", "NOT_ATTEMPTED",
            ])
        let other = BatchFixture()
        other.add("taken")
        var earlier = operations
        earlier[0] = .create(["id": "1", "name": "name of taken"])
        #expect(
            try await other.words(earlier) { $0.continuesOnError = false } == [
                "DUPLICATE_KEY", "NOT_ATTEMPTED", "NOT_ATTEMPTED", "NOT_ATTEMPTED",
            ])
        #expect(Set(other.names.keys) == ["taken"])
    }

    @Test("an atomic batch is done whole or not at all")
    func atomic() async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let outcome = try await fixture.perform([
            .patch("a", ["size": 1]), .create(["name": "n"]), .create(["name": "name of a"]),
            .create(["name": "m"]), .read("a"),
        ]) { $0.isAtomic = true }
        #expect(outcome.isUndone)
        #expect(
            outcome.results.map(\.word) == [
                "ROLLED_BACK", "ROLLED_BACK", "DUPLICATE_KEY", "NOT_ATTEMPTED", "NOT_ATTEMPTED",
            ])
        #expect(fixture.names == ["a": "name of a"])
        let words = try await fixture.words([.patch("a", ["size": 1]), .create(["name": "n"])]) {
            $0.isAtomic = true
        }
        #expect(words == ["updated", "created"])
        #expect(fixture.names.count == 2)
    }

    @Test(
        "what is not reached in time is not done; an atomic batch is undone then", arguments: [false, true])
    func timeout(isAtomic: Bool) async throws {
        let fixture = BatchFixture()
        fixture.add("a")
        let time = fixture.time
        fixture.store.before.withLock { $0 = { if $0.hasPrefix("rows") { time.advance(.seconds(6)) } } }
        let outcome = try await fixture.perform([
            .create(["name": "1"]), .patch("a", ["size": 1]), .create(["name": "2"]), .create(["name": "3"]),
        ]) {
            $0.timeout = .seconds(10)
            $0.isAtomic = isAtomic
        }
        let word = isAtomic ? "ROLLED_BACK" : nil
        #expect(
            outcome.results.map(\.word) == [word ?? "created", word ?? "updated", "TIMEOUT", "TIMEOUT"])
        #expect(outcome.isUndone == isAtomic)
        #expect(fixture.names.count == (isAtomic ? 1 : 2))
        #expect(outcome.duration == .seconds(12))
    }

    @Test("a store that fails at any call leaves nothing behind, and the caller is told to try again")
    func failingStore() async throws {
        let operations: [BatchOperation] = [
            .create(["id": "x", "name": "n"]), .create(["name": "name of a"]), .patch("a", ["size": 1]),
            .replace("b", ["name": "m"]), .delete("a"), .read("b"),
        ]
        var number = 1
        while true {
            let fixture = BatchFixture()
            fixture.add("a")
            fixture.store.failing.withLock { $0 = number }
            let before = fixture.store.state.withLock { $0.rows }
            let refusal = await fixture.refusal(operations) {
                $0.job = JobOptions()
                $0.continuesOnError = true
            }
            guard let refusal else { break }
            #expect(refusal.code == .serviceUnavailable)
            #expect(fixture.store.state.withLock { $0.rows } == before)
            #expect(fixture.store.state.withLock { $0.jobs.isEmpty })
            number += 1
        }
        #expect(number > 10)
    }

    @Test("a transaction that is done again has the effects of one")
    func doneAgain() async throws {
        let fixture = BatchFixture()
        fixture.store.tries.withLock { $0 = 3 }
        let outcome = try await fixture.perform([
            .create(["label": "x"], in: "items"), .create(["note": "$op1.id"], in: "items"),
        ]) { $0.job = JobOptions() }
        #expect(outcome.results.map(\.word) == ["created", "created"])
        #expect(try outcome.results[1].record["note"] == "1")
        #expect(fixture.store.state.withLock { $0.rows["items"]?.count } == 2)
        #expect(fixture.store.state.withLock { $0.jobs.count } == 1)
    }
}
