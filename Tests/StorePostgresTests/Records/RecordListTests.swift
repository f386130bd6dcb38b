import BulkModel
import Engine
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("Lists of records in PostgreSQL", .serialized)
struct RecordListTests {
    private static let orders = """
        CREATE TABLE orders (
            id int PRIMARY KEY, name text, weight numeric, facts json, deleted_at timestamptz, tenant_id text);
        INSERT INTO orders (id, name, weight, tenant_id) SELECT n, CASE n % 3 WHEN 0 THEN 'c' WHEN 1 THEN 'a' END,
            nullif(n % 4, 3), 'a' FROM generate_series(1, 12) AS n;
        INSERT INTO orders (id, tenant_id, deleted_at) VALUES (13, 'x', NULL), (14, 'a', now())
        """

    private static func bench() async throws -> RecordBench {
        try await RecordBench(orders, tenant: "a", softDelete: "deleted_at")
    }

    /// The values of the columns in each row, as the place of the page behind it.
    private static func place(_ rows: RowSet, _ row: Int, _ names: [String]) -> [ConditionValue?] {
        names.map { name in
            let column = rows.columns.firstIndex { $0.name == name } ?? 0
            switch rows.values[row * rows.columns.count + column] {
            case .integer(let number): return .integer(number)
            case .text(let start, let length):
                return .text(
                    String(decoding: rows.bytes[Int(start)..<Int(start + length)], as: UTF8.self))
            case .absent, .null, .real, .blob: return nil
            }
        }
    }

    @Test(
        "page after page gives the caller's records once, in order, what is NULL last in either direction",
        arguments: [
            (["id"], [false], "1 2 3 4 5 6 7 8 9 10 11 12"),
            (["id"], [true], "12 11 10 9 8 7 6 5 4 3 2 1"),
            (["name", "id"], [false, false], "1 4 7 10 3 6 9 12 2 5 8 11"),
            (["name", "id"], [true, false], "3 6 9 12 1 4 7 10 2 5 8 11"),
            (["name", "weight", "id"], [false, true, true], "10 1 4 7 6 9 12 3 2 5 8 11"),
            (["weight", "name", "id"], [true, true, false], "6 10 2 9 1 5 12 4 8 3 7 11"),
        ] as [([String], [Bool], String)])
    func pages(_ names: [String], _ directions: [Bool], _ expected: String) async throws {
        let bench = try await Self.bench()
        let order = zip(names, directions).map { ($0, isDescending: $1) }
        for limit in [1, 5, 12] {
            var ids: [String] = []
            var after: [ConditionValue?]?
            while true {
                let page = try await bench.page(order, after: after, limit: limit)
                #expect(page.indices == Array(0..<page.rowCount))
                ids += page.told.map { $0[0] }
                guard page.rowCount == limit, ids.count < 99 else { break }
                after = Self.place(page, page.rowCount - 1, names)
            }
            #expect(ids.joined(separator: " ") == expected)
        }
    }

    @Test("a filter that is refused in a transaction leaves the transaction as it was")
    func refusedWithin() async throws {
        let bench = try await Self.bench()
        let weight = try #require(bench.target.table.column("weight"))
        let order = [RecordQuery.Term(column: bench.target.key, isDescending: false)]
        let all = RecordQuery(target: bench.target, condition: .all([]), order: order, limit: 99)
        let faulty = RecordQuery(
            target: bench.target, condition: .compare(column: weight, .less, .text("heavy")), order: order,
            limit: 99)
        let key = try #require(try await bench.store.records(all).told.first?.first)
        let deletion = try bench.write(.delete, ["id"], [[.integer(Int64(key) ?? 0)]])
        let before = try await bench.store.records(all).rowCount
        let (code, after) = try await bench.store.transact { session throws(StoreError) in
            _ = try session.write(deletion.batch, by: deletion.plan)
            var code: StoreError.Code?
            do throws(StoreError) { _ = try session.page(faulty) } catch { code = error.code }
            return .commit((code, try session.page(all).rowCount))
        }
        #expect(code == .selectionRefused)
        #expect(after == before - 1, "it sees its own work")
        #expect(try await bench.store.records(all).rowCount == before - 1, "and that is committed")
    }

    @Test("a filter finds what it says, and one that the column does not take is refused in its words")
    func filtered() async throws {
        let bench = try await Self.bench()
        let name = try #require(bench.target.table.column("name"))
        let found = try await bench.page(
            [("id", isDescending: false)], where: .compare(column: name, .equal, .text("c")), limit: 3)
        #expect(found.told.map { $0[0] } == ["3", "6", "9"])
        let weight = try #require(bench.target.table.column("weight"))
        await #expect {
            try await bench.page(
                [("id", isDescending: false)], where: .compare(column: weight, .less, .text("heavy")))
        } throws: { error in
            (error as? StoreError)?.code == .selectionRefused
                && (error as? StoreError)?.message.contains("\"weight\"") == true
        }
        await #expect {
            try await bench.page([("weight", isDescending: false)], after: [.text("heavy")])
        } throws: { ($0 as? StoreError)?.code == .selectionRefused }
    }
}
