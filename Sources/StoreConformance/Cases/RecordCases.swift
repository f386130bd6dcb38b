import BulkModel
import Engine
import Formats
import Planning

/// Immediate work on single records: one transaction, driven by who called.
enum RecordCases {
    static let all = writing + reading + undoing

    private static let writing = [
        ConformanceCase("records that are written at once tell their keys, made or given") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let made = try await bench.write(
                .insert, ["id", "email", "name"],
                [[.absent, "c@x", "Cy"], [.absent, "d@x", "Di"], [90, "e@x", "Ed"]])
            try expect(made.outcomes, "created created created", "outcomes")
            try expect(made.keyTexts, "3 4 90", "keys")
            let changed = try await bench.write(
                .update, ["id", "name"], [[1, "Anna"], [2, "Bob"], [77, "Zoe"]])
            try expect(changed.outcomes, "updated unchanged error", "outcomes of the update")
            try expect(changed.codes, "2:RECORD_NOT_FOUND(id)", "faults of the update")
            try expect(changed.keyTexts, "1 2 77", "keys of the update")
            let gone = try await bench.write(.delete, ["id"], [[90], [91]])
            try expect(gone.outcomes, "deleted error", "outcomes of the delete")
            try expect(
                try await fixture.rows("SELECT id, name FROM customers ORDER BY id"),
                [["1", "Anna"], ["2", "Bob"], ["3", "Cy"], ["4", "Di"]], "the table")
        },
        ConformanceCase("what the database refuses is that record's fault, its neighbours are written") {
            fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let written = try await bench.write(
                .insert, ["email", "name"],
                [
                    ["a@x", "Al"], ["ann@x.org", "Ann again"], ["b@x", ""], ["c@x", "Cy"],
                    ["a@x", "Al again"],
                ])
            try expect(written.outcomes, "created error error created error", "outcomes")
            try expect(
                written.codes, "1:DUPLICATE_KEY(email) 2:CHECK_VIOLATION 4:DUPLICATE_KEY(email)", "faults")
            try expect(
                try await fixture.rows("SELECT email FROM customers ORDER BY id"),
                [["ann@x.org"], ["bob@x.org"], ["a@x"], ["c@x"]], "the table")
        },
        ConformanceCase("later writes of a transaction see the earlier ones") { fixture in
            try await SampleTables.fill(fixture)
            let customers = try await RecordBench(fixture, "customers")
            let orders = try await RecordBench(fixture, "orders", key: "number")
            let (parent, child) = (
                try customers.plan(.insert, ["email", "name"]),
                try orders.plan(.insert, ["number", "customer_id"])
            )
            let parents = Bench.batch([["n@x", "Nia"]], columns: parent.columns)
            let key = try await customers.store.transact { session throws(StoreError) in
                let made = try session.write(parents, by: parent)
                guard case .integer(let id)?? = made.keys.first else { return .undo("no key") }
                let children = Bench.batch([["o-1", .integer(id)]], columns: child.columns)
                return .commit(try session.write(children, by: child).keyTexts)
            }
            try expect(key, "o-1", "the child's key")
            try expect(
                try await fixture.rows("SELECT customer_id FROM orders"), [["3"]], "the child's parent")
        },
        ConformanceCase("a tenant's writes and looks stay within its rows") { fixture in
            try await SampleTables.make(fixture)
            try await fixture.execute(
                "INSERT INTO items (tenant_id, sku, stock) VALUES ('a', 's1', 1), ('b', 's1', 2)")
            let bench = try await RecordBench(fixture, "items", tenant: "a")
            try expect(
                try await bench.standings([.integer(1), .integer(2)]), ["1 exists", "2 missing"], "look")
            try expect(try await bench.rows([.integer(2), .integer(1)], "stock"), ["1:1"], "rows")
            let written = try await bench.write(.update, ["id", "stock"], [[1, 10], [2, 20]])
            try expect(written.outcomes, "updated error", "update")
            try expect(try await bench.write(.delete, ["id"], [[2]]).outcomes, "error", "delete")
            try expect(
                try await bench.write(.insert, ["sku", "stock"], [["s2", 5]]).outcomes, "created", "insert")
            try expect(
                try await fixture.rows("SELECT tenant_id, stock FROM items ORDER BY id"),
                [["a", "10"], ["b", "2"], ["a", "5"]], "the table")
        },
    ]

    private static let reading = [
        ConformanceCase("rows come in the order of their keys, as often as asked, without the missing ones") {
            fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let keys: [RecordKey] = [2, 9, 1, 2].map { .integer($0) }
            try expect(try await bench.rows(keys, "name"), ["0:Bob", "2:Ann", "3:Bob"], "rows")
            try expect(try await bench.rows(keys, "note"), ["0:NULL", "2:NULL", "3:NULL"], "NULLs")
            try expect(try await bench.rows([], "name"), [], "no keys")
        },
        ConformanceCase("records marked as deleted do not exist, locked ones are told, and so is the status")
        {
            fixture in
            try await SelectionTables.fill(fixture, count: 4)
            try await fixture.execute("UPDATE parcels SET deleted_at = '2024-01-01 00:00:00' WHERE id = 2")
            try await fixture.execute("UPDATE parcels SET locked_until = '2099-01-01 00:00:00' WHERE id = 3")
            try await fixture.execute("UPDATE parcels SET locked_until = '2001-01-01 00:00:00' WHERE id = 4")
            let bench = try await RecordBench(
                fixture, "parcels", tenant: "a", softDelete: "deleted_at", lock: "locked_until",
                status: "status")
            try expect(
                try await bench.standings([4, 3, 2, 1, 9].map { .integer($0) }),
                ["4 exists NEW", "3 exists locked NEW", "2 missing", "1 exists NEW", "9 missing"], "standings"
            )
            try expect(
                try await bench.rows([1, 2].map { .integer($0) }, "label"), ["0:P1"], "rows")
            try expect(try await bench.pages(by: [], limit: 10), ["1 3 4"], "list")
        },
        ConformanceCase("values are read in the form of their types") { fixture in
            try await SelectionTables.make(fixture)
            try await fixture.execute(
                "INSERT INTO parcels (label, weight, is_held) VALUES ('A', 7, TRUE), (NULL, NULL, FALSE)")
            let bench = try await RecordBench(fixture, "parcels")
            let keys: [RecordKey] = [.integer(1), .integer(2)]
            try expect(try await bench.rows(keys, "weight"), ["0:7", "1:NULL"], "integers")
            try expect(try await bench.rows(keys, "is_held"), ["0:1", "1:0"], "booleans")
            try expect(try await bench.rows(keys, "label"), ["0:A", "1:NULL"], "texts")
        },
    ]

    private static let undoing = [
        ConformanceCase("an undone transaction leaves nothing, and gives its value all the same") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let written = try await bench.write(
                .insert, ["email", "name"], [["a@x", "Al"]], isUndone: true)
            try expect(written.outcomes, "created", "outcomes")
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["2"]], "the table")
        },
        ConformanceCase("an error of the body undoes its transaction and is thrown on") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let plan = try bench.plan(.delete, ["id"])
            let batch = Bench.batch([[1]], columns: plan.columns)
            try await expect(.unusable, "the error") { () throws(StoreError) in
                _ = try await bench.store.transact { session throws(StoreError) -> RecordWork<Bool> in
                    _ = try session.write(batch, by: plan)
                    throw StoreError(.unusable, "on purpose")
                }
            }
            try expect(try await fixture.rows("SELECT count(*) FROM customers"), [["2"]], "the table")
        },
        ConformanceCase("what was written since a mark can be undone, again and again") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            let plan = try bench.plan(.insert, ["email", "name"])
            let batches = ["a", "b", "c", "d"].map {
                Bench.batch([[.text("\($0)@x"), .text($0)]], columns: plan.columns)
            }
            _ = try await bench.store.transact { session throws(StoreError) in
                _ = try session.write(batches[0], by: plan)
                let outer = try session.mark()
                _ = try session.write(batches[1], by: plan)
                let inner = try session.mark()
                _ = try session.write(batches[2], by: plan)
                try session.undo(to: inner)
                try session.undo(to: outer)
                _ = try session.write(batches[2], by: plan)
                try session.undo(to: outer)
                _ = try session.write(batches[3], by: plan)
                return .commit(true)
            }
            try expect(
                try await fixture.rows("SELECT name FROM customers WHERE id > 2 ORDER BY name"),
                [["a"], ["d"]], "the table")
        },
        ConformanceCase("an ended job and its receipt are kept with the work, or not at all") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await RecordBench(fixture, "customers")
            var job = Bench.job("batch-job-1", state: .jobComplete, read: 2, source: .batch)
            job.counts.add(.created, count: 1)
            job.counts.add(.error, count: 1)
            job.endedAt = Bench.now
            let fault = Fault(
                .validationError, at: Position(record: 2, line: 0, byte: 0), column: "name", message: "No.")
            var actions = ActionRuns()
            for action in [RecordAction.created, .error] { actions.append(action, count: 1) }
            let receipt = ChunkReceipt(
                firstRecord: 1, actions: actions,
                keys: .texts(["3", ""]), faults: [RecordFault(index: 1, fault: fault)], appliedAt: Bench.now)
            for isUndone in [true, false] {
                let ended = job
                _ = try await bench.store.transact { session throws(StoreError) -> RecordWork<Bool> in
                    try session.insert(ended, receipt: receipt)
                    return isUndone ? .undo(true) : .commit(true)
                }
                let found = try await fixture.store.job(job.id)
                try expect(found, isUndone ? nil : job, "the job")
            }
            try expect(
                try await fixture.store.receipts(of: job.id, from: 1, limit: 9), [receipt], "its receipt")
        },
    ]
}
