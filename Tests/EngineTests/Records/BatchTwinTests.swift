import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

/// A batch against the same operations one request at a time, which is what it promises to be like.
@Suite("Batches and their operations one by one")
struct BatchTwinTests {
    private static let ids = ["a", "A", "b", "c", "d"]

    /// Thirty operations on few records and names, so that many meet and some fail.
    private func operations(seed: UInt64) -> [BatchOperation] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        // Runs of one kind, so that groups have several members.
        var kind = 0
        return (0..<30).map { _ in
            if next(3) == 0 { kind = next(5) }
            let id = Self.ids[next(Self.ids.count)]
            let name = JSONValue.string("n\(next(6))")
            switch kind {
            case 0: return .create(["id": .string(id), "name": name])
            case 1:
                return .patch(id, ["name": name, "status": .string(["draft", "active", "done"][next(3)])])
            case 2: return .replace(id, next(5) == 0 ? ["size": 1] : ["name": name])
            case 3: return .delete(id)
            default: return .read(id)
            }
        }
    }

    /// What the operations come to one by one: a word for each, and the rows behind each of them.
    private func oneByOne(
        _ operations: [BatchOperation], on fixture: BatchFixture
    ) async throws -> [(word: String, rows: [String: [String: ConditionValue?]])] {
        var steps: [(word: String, rows: [String: [String: ConditionValue?]])] = []
        for operation in operations {
            let word = try await fixture.words([operation]) { $0.isSoftDelete = false }[0]
            steps.append((word, rows(fixture)))
        }
        return steps
    }

    private func rows(_ fixture: BatchFixture) -> [String: [String: ConditionValue?]] {
        fixture.store.state.withLock { $0.rows["notes"] ?? [:] }
    }

    @Test("all of them, going on behind failures", arguments: 1...15)
    func goingOn(seed: UInt64) async throws {
        let operations = operations(seed: seed)
        let batch = BatchFixture()
        let words = try await batch.words(operations) { $0.isSoftDelete = false }
        let steps = try await oneByOne(operations, on: BatchFixture())
        #expect(words == steps.map(\.word))
        #expect(rows(batch) == steps.last?.rows)
    }

    @Test("those before the first failure, when it ends the work", arguments: 1...15, [false, true])
    func stopping(seed: UInt64, isAtomic: Bool) async throws {
        let operations = operations(seed: seed)
        let batch = BatchFixture()
        let words = try await batch.words(operations) {
            $0.isSoftDelete = false
            $0.continuesOnError = false
            $0.isAtomic = isAtomic
        }
        let steps = try await oneByOne(operations, on: BatchFixture())
        let first = try #require(steps.firstIndex { $0.word == $0.word.uppercased() })
        let before = steps.prefix(first)
        #expect(
            words.prefix(first) == (isAtomic ? before.map { _ in "ROLLED_BACK" } : before.map(\.word))[...])
        #expect(words[first] == steps[first].word)
        #expect(words.dropFirst(first + 1).allSatisfy { $0 == "NOT_ATTEMPTED" })
        #expect(rows(batch) == (isAtomic ? [:] : before.last?.rows ?? [:]))
    }
}
