import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("References within batches")
struct ReferenceTests {
    @Test("a later operation has the values of an earlier result, in its path and at any depth of its body")
    func resolves() async throws {
        let fixture = BatchFixture()
        let outcome = try await fixture.perform([
            .create(["name": "first", "size": 7, "meta": ["k": "v"]], id: "a.b"),
            .create(["name": "second", "size": "$a.b.size", "meta": ["of": ["$a.b.id", "$a.b.meta"]]]),
            .patch("$a.b.id", ["status": "$op2.name"]), .read("$op2.id"),
        ])
        #expect(outcome.results.map(\.word) == ["created", "created", "updated", "read"])
        let id = try #require(try outcome.results[0].record["id"])
        #expect(try outcome.results[1].record["size"] == 7)
        #expect(try outcome.results[1].record["meta"] == ["of": .array([id, ["k": "v"]])])
        #expect(try outcome.results[2].record["id"] == id)
        #expect(try outcome.results[2].record["status"] == "second")
        #expect(try outcome.results[3].record["name"] == "second")
    }

    @Test("a number that the database made is an id in a path")
    func numbers() async throws {
        let fixture = BatchFixture()
        let words = try await fixture.words([
            .create(["label": "x"], in: "items"), .delete("$op1.id", table: "items"),
        ])
        #expect(words == ["created", "deleted"])
    }

    @Test("what stands on a failed operation is not attempted, what stands on no column is refused")
    func unmet() async throws {
        let fixture = BatchFixture()
        let outcome = try await fixture.perform([
            .create(["size": 1], id: "bad"), .create(["name": "$bad.name"], id: "after"),
            .create(["name": "x"]).behind("after"), .create(["name": "good"], id: "good"),
            .create(["name": "$good.nmae", "size": "$good.sise"]), .create(["name": "y"]).behind("good"),
            .patch("$good.meta", ["size": 1]),
        ])
        #expect(
            outcome.results.map(\.word) == [
                "VALIDATION_ERROR", "NOT_ATTEMPTED", "NOT_ATTEMPTED", "created", "VALIDATION_ERROR",
                "created",
                "VALIDATION_ERROR",
            ])
        #expect(outcome.results[4].refusal?.details.map(\.field) == ["name", "size"])
        #expect(outcome.results[6].refusal?.details.map(\.field) == ["path"])
    }

    @Test(
        "references that cannot be are refused with the operation's place, and nothing is done",
        arguments: [
            ([.create(["name": "$op1.id"])], "self_reference", "operations.0.body.name"),
            (
                [.create(["meta": [["$op2.id"]]]), .create(["name": "n"])], "forward_reference",
                "operations.0.body.meta"
            ),
            ([.create(["name": "n"]), .delete("$opp1.id")], "unknown_operation", "operations.1.path"),
            ([.create(["name": "n"]).behind("x")], "unknown_operation", "operations.0.depends_on"),
            ([.create(["name": "n"]).behind("op1")], "self_reference", "operations.0.depends_on"),
            (
                [.create(["name": "n"]).behind("op2"), .create(["name": "m"])], "forward_reference",
                "operations.0.depends_on"
            ),
            (
                [.create(["name": "n"], id: "a"), .create(["name": "m"], id: "a")], "duplicate_operation_id",
                "operations.1.id"
            ),
        ] as [([BatchOperation], String, String)])
    func impossible(operations: [BatchOperation], issue: String, field: String) async throws {
        let fixture = BatchFixture()
        let refusal = await fixture.refusal(operations)
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.issue == issue)
        #expect(refusal?.details.map(\.field) == [field])
        #expect(fixture.takeCalls().isEmpty)
    }

    @Test("all of several impossible references are told")
    func allTold() async throws {
        let refusal = await BatchFixture().refusal([
            .create(["name": "$op3.id", "meta": ["$x.id", "$op1.y"]]), .create(["name": "n"]).behind("z"),
            .read("a"),
        ])
        #expect(refusal?.details.count == 4)
    }

    @Test(
        "texts that only begin with a dollar mean themselves",
        arguments: [
            ("$5.00", "$5.00"), ("$", "$"), ("$op1", "$op1"), ("$op1 .id", "$op1 .id"),
            ("$$op1.id", "$op1.id"), ("$$$op1.id", "$$op1.id"), ("$$nothing.id", "$nothing.id"),
            ("$$", "$$"), ("$$x", "$$x"), ("$.id", "$.id"), ("a $op1.id", "a $op1.id"), ("$a.b.c", "$a.b.c"),
        ])
    func literals(text: String, expected: String) async throws {
        let outcome = try await BatchFixture().perform([
            .create(["name": "n"]), .create(["name": .string(text)]),
        ])
        #expect(try outcome.results[1].record["name"] == .string(expected))
    }

    @Test("an id of any length and with points in it is found, and the longest one is meant")
    func longIDs() {
        let id = String(repeating: "a.", count: BatchOperation.idBytesMax / 2) + "b"
        let places = ["a": 0, "a.a": 1, id: 2]
        #expect(
            BatchReference.read("$\(id).é", places)
                == .reference(BatchReference(operation: 2, column: "é")))
        #expect(
            BatchReference.read("$a.a.b", places) == .reference(BatchReference(operation: 1, column: "b")))
        #expect(BatchReference.read("$b.c", places) == .unknown("b.c"))
    }

    @Test(
        "dollars and points without end are texts",
        arguments: [
            String(repeating: "$", count: 20_000) + "op1.id", "$" + String(repeating: ".", count: 1000),
            "$" + String(repeating: "é.", count: 300), "$op1." + String(repeating: "x", count: 2000),
            String(repeating: "$", count: 1024),
        ] as [String])
    func endless(text: String) {
        #expect(BatchReference.read(text, ["op1": 0]) == .text(text))
    }

    @Test("single records have no references")
    func off() async throws {
        let outcome = try await BatchFixture().perform([.create(["name": "$op1.id"])]) {
            $0.resolvesReferences = false
        }
        #expect(try outcome.results[0].record["name"] == "$op1.id")
    }
}
