import BulkModel
import Engine
import Formats
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("One key in many records of a chunk")
struct KeyFoldingTests {
    private static let columns = ["id", "code", "n", "v"]

    /// Two tables that are alike, but that of the second nothing may be folded: a trigger sees each statement.
    private static func bench() async throws -> ApplyBench {
        let table = """
            (id int PRIMARY KEY, code text UNIQUE, n numeric DEFAULT 7 CHECK (n < 90), v text NOT NULL DEFAULT 'd',
                other int DEFAULT 1, CHECK (length(v) < other + 20))
            """
        return try await ApplyBench(
            "CREATE TABLE t \(table)", "CREATE TABLE u \(table)",
            "INSERT INTO t (id, code) VALUES (1, 'a'), (100, 'taken')", "INSERT INTO u SELECT * FROM t",
            "CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER idle AFTER UPDATE ON u FOR EACH STATEMENT EXECUTE FUNCTION idle()")
    }

    /// The same for the same seed: keys, values and gaps by turns, some of them refused.
    private static func rows(seed: Int, isPartial: Bool) -> [[Cell]] {
        var state = UInt64(seed) &* 0x9E37_79B9 &+ 1
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        return (0..<60).map { _ in
            let id = 1 + next(3)
            let code: Cell = next(12) == 0 ? "taken" : next(6) == 0 ? .text("new\(id)") : .text("k\(id)")
            let numbers: [Cell] = ["1", "1.0", "2", "2.50", "95", nil, "1"]
            let texts: [Cell] = ["x", "y", nil, "x", "a text far too long for the table", "x"]
            let isGap = isPartial && next(4) == 0
            return [
                .integer(Int64(id)), code, isGap ? .absent : numbers[next(numbers.count)],
                isPartial && next(4) == 0 ? .absent : texts[next(texts.count)],
            ]
        }
    }

    @Test(
        "each record has the outcome that it has when all are written one after another",
        arguments: [.update, .upsert, .delete] as [BulkModel.Operation], 1...4)
    func sameOutcomes(_ operation: BulkModel.Operation, _ seed: Int) async throws {
        let bench = try await Self.bench()
        let columns = operation == .delete ? ["id"] : Self.columns
        let rows = Self.rows(seed: seed, isPartial: seed > 2).map { Array($0.prefix(columns.count)) }
        let folded = try await bench.told(operation, "t", columns, rows)
        let plain = try await bench.told(operation, "u", columns, rows)
        #expect(folded == plain)
        let (left, right) = try await (
            bench.rows("SELECT * FROM t ORDER BY id"), bench.rows("SELECT * FROM u ORDER BY id")
        )
        #expect(left == right)
    }

    @Test("of a key in twenty thousand records two are written, and each has its outcome")
    func manyTimes() async throws {
        let bench = try await ApplyBench("CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 13))")
        let applied = try await bench.write(
            .upsert, "t", ["id", "v"], (0..<20_000).map { [1, .integer($0 / 2)] })
        #expect(applied.receipt.faults.map(\.index) == [26, 27])
        // Every second record brings what the one before it brought.
        #expect(applied.job.counts.updated == 9_998)
        #expect(applied.job.counts.unchanged == 9_999)
        #expect(try await bench.rows("SELECT v, ctid FROM t") == ["9999,(0,4)"])
    }

    @Test("a key that is not there, and one that is deleted, in many records")
    func notThere() async throws {
        let bench = try await ApplyBench(
            "CREATE TABLE t (id int PRIMARY KEY, v int)", "INSERT INTO t VALUES (1, 1)")
        let rows: [[Cell]] = (0..<30).map { [.integer($0 % 2 + 1), .integer($0)] }
        let updated = try await bench.write(.update, "t", ["id", "v"], rows)
        #expect(updated.receipt.faults.map(\.index) == Array(stride(from: 1, to: 30, by: 2)))
        #expect(updated.receipt.faults.allSatisfy { $0.fault.code == .recordNotFound })
        let deleted = try await bench.write(.delete, "t", ["id"], rows.map { [$0[0]] })
        #expect(deleted.receipt.faults.map(\.index) == Array(1..<30))
        #expect(try await bench.rows("SELECT * FROM t").isEmpty)
    }
}
