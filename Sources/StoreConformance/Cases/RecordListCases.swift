import BulkModel
import Engine
import Planning

/// Lists of records, a page after the other.
enum RecordListCases {
    static let all = [
        ConformanceCase("a list walks every record once, page by page, in its key's order") { fixture in
            try await SelectionTables.fill(fixture, count: 7)
            let bench = try await RecordBench(fixture, "parcels", tenant: "a")
            try expect(try await bench.pages(by: [], limit: 3), ["1 2 3", "4 5 6", "7"], "pages")
            try expect(
                try await bench.pages(by: [("id", true)], limit: 4), ["7 6 5 4", "3 2 1"], "backwards")
        },
        ConformanceCase("a list is sorted by any columns, equal ones by the key, NULLs behind all others") {
            fixture in
            try await SelectionTables.make(fixture)
            try await fixture.execute(
                """
                INSERT INTO parcels (status, weight) VALUES
                ('B', 2), ('A', NULL), ('B', 1), ('A', 2), ('A', 2), ('B', NULL), ('A', 1)
                """)
            let bench = try await RecordBench(fixture, "parcels", tenant: "a")
            for limit in 1...7 {
                let rising = try await bench.pages(by: [("weight", false)], limit: limit)
                try expect(rising.joined(separator: " "), "3 7 1 4 5 2 6", "by weight, \(limit) a page")
                let falling = try await bench.pages(by: [("weight", true)], limit: limit)
                try expect(falling.joined(separator: " "), "1 4 5 3 7 2 6", "the other way, \(limit) a page")
                let both = try await bench.pages(by: [("status", true), ("weight", false)], limit: limit)
                try expect(both.joined(separator: " "), "3 1 6 7 4 5 2", "by two columns, \(limit) a page")
            }
        },
        ConformanceCase("a list holds the tenant's records that match, and no others") { fixture in
            try await SelectionTables.fill(fixture, count: 6)
            try await fixture.execute("UPDATE parcels SET tenant_id = 'b' WHERE id = 5")
            let bench = try await RecordBench(fixture, "parcels", tenant: "a")
            guard let weight = bench.target.table.column("weight") else {
                throw ConformanceFailure("no column weight")
            }
            let heavy = Condition.compare(column: weight, .greater, .integer(2))
            try expect(try await bench.pages(by: [], where: heavy, limit: 2), ["3 4", "6"], "pages")
        },
        ConformanceCase(
            "a list in a transaction has what was written before, in its order and behind its place"
        ) {
            fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let plan = try bench.plan(.insert, ["email", "name"])
            let batch = Bench.batch([["c@x", "Cy"], ["d@x", "Di"]], columns: plan.columns)
            let key = RecordQuery.Term(column: bench.target.key, isDescending: true)
            let first = RecordQuery(target: bench.target, condition: .all([]), order: [key], limit: 3)
            let rest = RecordQuery(
                target: bench.target, condition: .all([]), order: [key], after: [.integer(2)], limit: 3)
            let pages = try await bench.store.transact { session throws(StoreError) in
                _ = try session.write(batch, by: plan)
                return .undo([try session.page(first), try session.page(rest)])
            }
            try expect(pages.map { $0.texts(of: "id").joined(separator: " ") }, ["4 3 2", "1"], "pages")
            try expect(try await bench.pages(by: [], limit: 9), ["1 2"], "what is there afterwards")
        },
        ConformanceCase("texts as keys are walked as well") { fixture in
            try await SelectionTables.make(fixture)
            try await fixture.execute(
                "INSERT INTO shelves VALUES ('b', 'x'), ('a', 'y'), ('d', 'x'), ('c', 'y')")
            let bench = try await RecordBench(fixture, "shelves", key: "code")
            try expect(try await bench.pages(by: [], limit: 3), ["a b c", "d"], "by key")
            try expect(
                try await bench.pages(by: [("status", true)], limit: 1), ["a", "c", "b", "d"].map { $0 },
                "by status")
        },
    ]
}
