import Foundation
import Testing

@Suite("breakbulk process against a real server", .serialized, .timeLimit(.minutes(10)))
struct ProcessCommandRunTests {
    private func run(
        _ arguments: [String], _ orders: OrderBench, _ server: ServerProcess
    ) async throws -> Binary.Run {
        try await Binary.run(
            ["process", "orders"] + arguments, in: orders.bench.folder.path,
            environment: ["BREAKBULK_URL": server.url, "BREAKBULK_KEY": orders.bench.key])
    }

    private static let toProcessing = [
        "--operation", "status-update", "--where", "status=PENDING", "--set", "status=PROCESSING",
    ]

    private func hasCursor(_ orders: OrderBench) -> Bool {
        FileManager.default.fileExists(atPath: orders.bench.folder.path + "/.breakbulk-process-orders.cursor")
    }

    @Test(
        "the whole way: exit code, report, errors to a file, and these tried again",
        arguments: DatabaseKind.allCases)
    func wholeWay(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<2000)
        try await orders.execute(
            "UPDATE orders SET locked_until = '2099-12-31T23:59:59Z' WHERE id LIKE 'order-%50'")
        let server = try await orders.start()
        let first = try await run(Self.toProcessing + ["--errors", "failed.ndjson"], orders, server)
        #expect(first.status == 1, "\(first.errors)")
        #expect(first.output.hasPrefix("2,000 records in "))
        #expect(first.output.contains("1,980 successful, 20 failed"))
        #expect(first.output.contains("LOCKED_RECORD: 20"))
        #expect(
            first.output.contains("20 failed records are in failed.ndjson; --ids failed.ndjson tries again."))
        #expect(!hasCursor(orders))
        try await orders.execute("UPDATE orders SET locked_until = NULL")
        let again = try await run(
            ["--operation", "status-update", "--ids", "failed.ndjson", "--set", "status=PROCESSING"], orders,
            server)
        #expect(again.status == 0, "\(again.output) \(again.errors)")
        #expect(try await orders.statuses() == ["PROCESSING|2000"])
    }

    @Test("a dry run changes nothing; --json passes the lines on", arguments: DatabaseKind.allCases)
    func dryRun(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<50)
        let server = try await orders.start()
        let dry = try await run(Self.toProcessing + ["--dry-run"], orders, server)
        #expect(dry.status == 0, "\(dry.errors)")
        #expect(dry.output.hasPrefix("Dry run, nothing was changed: 50 records"))
        #expect(try await orders.statuses() == ["PENDING|50"])
        let json = try await run(Self.toProcessing + ["--json"], orders, server)
        var reader = OutcomeReader()
        let lines = try reader.take(Array(json.output.utf8))
        #expect(lines.first?.type == "metadata" && lines.last?.type == "summary")
        #expect(lines.filter(\.isOutcome).count == 50)
    }

    @Test(
        "a server that dies mid-way is told as a cut, and --resume goes on to the end",
        arguments: DatabaseKind.allCases)
    func cutAndResumed(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<60_000)
        let first = try await orders.start()
        let waiting = first
        async let running = run(Self.toProcessing + ["--json", "--batch-size", "100"], orders, first)
        // The cursor's file is what says that the work is under way.
        try await Patience.until("the cursor's file") { hasCursor(orders) }
        waiting.kill()
        let cut = try await running
        #expect(cut.status == 3)
        #expect(cut.errors.contains("The stream was cut"))
        #expect(cut.errors.contains("breakbulk process orders --resume"))
        #expect(hasCursor(orders))
        let second = try await orders.start()
        let resumed = try await run(["--resume", "--json"], orders, second)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(!hasCursor(orders))
        #expect(try await orders.statuses() == ["PROCESSING|60000"])
        var reader = OutcomeReader()
        let before = try reader.take(Array(cut.output.utf8))
        let kept = before[..<(before.lastIndex { $0.type == "progress" } ?? 0)].filter(\.isOutcome)
        var next = OutcomeReader()
        let after = try next.take(Array(resumed.output.utf8)).filter(\.isOutcome)
        let isEveryRecordThereOnce = (kept + after).compactMap(\.recordId) == (0..<60_000).map(OrderBench.id)
        #expect(isEveryRecordThereOnce, "\(kept.count) and \(after.count)")
    }

    @Test("refusals, and nothing to resume, say why with their exit codes", arguments: DatabaseKind.allCases)
    func refusals(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        let server = try await orders.start()
        let unknown = try await run(["--operation", "delete", "--where", "colour=red"], orders, server)
        #expect(unknown.status == 3)
        #expect(unknown.errors.contains("colour"))
        let nothing = try await run(["--resume"], orders, server)
        #expect(nothing.status == 2)
        #expect(nothing.errors.contains(".breakbulk-process-orders.cursor"))
    }

    @Test("stop on error keeps the cursor; --resume tries the record again", arguments: DatabaseKind.allCases)
    func stopOnError(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<10, status: "CANCELLED")
        try await orders.insertInvoice(for: OrderBench.id(4))
        let server = try await orders.start()
        let request = ["--operation", "delete", "--where", "status=CANCELLED"]
        let errors = ["--errors", "failed.ndjson"]
        let stopped = try await run(request + ["--stop-on-error"] + errors, orders, server)
        #expect(stopped.status == 1, "\(stopped.errors)")
        #expect(stopped.output.contains("stopped early"))
        #expect(hasCursor(orders))
        #expect(try failed(orders).isEmpty, "it is told again to who resumes")
        let past = try await run(request + ["--resume"] + errors, orders, server)
        #expect(past.status == 1, "\(past.errors)")
        #expect(try failed(orders).map(\.recordId) == [OrderBench.id(4)])
        #expect(past.output.contains("1 failed record is in failed.ndjson"))
        #expect(!hasCursor(orders))
        #expect(try await orders.rows("SELECT count(*) FROM orders") == ["1"])
    }

    private func failed(_ orders: OrderBench) throws -> [OutcomeLine] {
        var reader = OutcomeReader()
        return try reader.take(
            Array(Data(contentsOf: URL(fileURLWithPath: orders.bench.folder.path + "/failed.ndjson"))))
    }

    @Test("stop on error, mend, --resume: the record is tried again", arguments: DatabaseKind.allCases)
    func mended(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<10, status: "CANCELLED")
        try await orders.insertInvoice(for: OrderBench.id(4))
        let server = try await orders.start()
        let request = ["--operation", "delete", "--where", "status=CANCELLED", "--stop-on-error"]
        #expect(try await run(request, orders, server).status == 1)
        try await orders.execute("DELETE FROM invoices")
        #expect(try await run(["--resume"], orders, server).status == 0)
        #expect(!hasCursor(orders))
        #expect(try await orders.rows("SELECT count(*) FROM orders") == ["0"])
    }

    @Test(
        "a run that is refused, or reaches nobody, leaves the file of --errors as it was",
        arguments: DatabaseKind.allCases)
    func keptErrors(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<3)
        let server = try await orders.start()
        let list = OrderBench.id(0) + "\n" + OrderBench.id(2) + "\n"
        let path = try orders.bench.folder.write(list, to: "again")
        let update = ["--operation", "status-update", "--ids", "again", "--errors", "again", "--set"]
        #expect(try await run(update + ["colour=red"], orders, server).status == 3)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == list)
        #expect(try await run(update + ["status=PROCESSING"], orders, server).status == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8).isEmpty)
        #expect(try await orders.statuses() == ["PENDING|1", "PROCESSING|2"])
        try orders.bench.folder.write(list, to: "again")
        server.kill()
        #expect(try await run(update + ["status=COMPLETED"], orders, server).status == 3)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == list)
    }

    @Test(
        "a new run says which cursor it replaces, and that one still goes on",
        arguments: DatabaseKind.allCases)
    func replacedCursor(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<10, status: "CANCELLED")
        try await orders.insert(10..<20)
        try await orders.insertInvoice(for: OrderBench.id(4))
        let server = try await orders.start()
        let request = ["--operation", "delete", "--where", "status=CANCELLED", "--stop-on-error"]
        #expect(try await run(request, orders, server).status == 1)
        let second = try await run(Self.toProcessing, orders, server)
        #expect(second.status == 0, "\(second.errors)")
        let advice = second.errors.firstMatch(of: /process orders --resume (\S+)/)
        let cursor = try #require(advice).1
        #expect(!hasCursor(orders))
        try await orders.execute("DELETE FROM invoices")
        #expect(try await run(["--resume", String(cursor)], orders, server).status == 0)
        #expect(try await orders.statuses() == ["PROCESSING|10"])
    }

    @Test("a table may be named like a word of the server", arguments: DatabaseKind.allCases)
    func bulk(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(
            on: kind,
            schema: "CREATE TABLE bulk (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO bulk VALUES (1, 'a');"
        )
        let server = try await bench.start()
        let run = try await Binary.run(
            ["process", "bulk", "--operation", "delete", "--all"], in: bench.folder.path,
            environment: ["BREAKBULK_URL": server.url, "BREAKBULK_KEY": bench.key])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await bench.rows("SELECT count(*) FROM bulk") == ["0"])
    }
}
