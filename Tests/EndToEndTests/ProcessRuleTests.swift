import Testing

@Suite("Bulk-process and the rules of a table", .serialized, .timeLimit(.minutes(10)))
struct ProcessRuleTests {
    @Test("a status that may not follow is that record's error", arguments: DatabaseKind.allCases)
    func transitions(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<3)
        try await orders.insert(3..<5, status: "COMPLETED")
        let server = try await orders.start()
        let answer = try await orders.client(server).process(
            #"{"operation": "status-update", "options": {"all": true}, "updates": {"status": "PROCESSING"}}"#)
        #expect(answer.failures.map(\.recordId) == [OrderBench.id(3), OrderBench.id(4)])
        #expect(
            answer.failures.allSatisfy { $0.error == "INVALID_STATUS_TRANSITION" && $0.retryable == false })
        #expect(answer.failures.first?.message?.contains("COMPLETED") == true)
        #expect(answer.failures.first?.message?.contains("PROCESSING") == true)
        #expect(answer.summary?.errorBreakdown == ["INVALID_STATUS_TRANSITION": 2])
        #expect(try await orders.statuses() == ["COMPLETED|2", "PROCESSING|3"])
    }

    @Test("a lock holds until its time is over, for every operation", arguments: DatabaseKind.allCases)
    func locks(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<2)
        try await orders.execute(
            """
            UPDATE orders SET locked_until = CASE id WHEN '\(OrderBench.id(0))' THEN '2099-12-31T23:59:59Z'
                ELSE '2020-01-01T00:00:00Z' END\(kind == .postgres ? "::timestamp" : "")
            """)
        let server = try await orders.start()
        let client = orders.client(server)
        for operation in ["archive", "delete"] {
            let answer = try await client.process(
                #"{"operation": "\#(operation)", "recordIds": ["\#(OrderBench.id(0))", "\#(OrderBench.id(1))"]}"#
            )
            #expect(answer.outcomes.map(\.error) == ["LOCKED_RECORD", nil], "\(answer.text)")
        }
        #expect(try await orders.rows("SELECT id FROM orders") == [OrderBench.id(0)])
    }

    @Test(
        "a referenced record is not deleted, and the error names the table", arguments: DatabaseKind.allCases)
    func foreignKeys(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<1000, status: "CANCELLED")
        for number in [0, 500, 999] { try await orders.insertInvoice(for: OrderBench.id(number)) }
        let server = try await orders.start()
        let answer = try await orders.client(server).process(
            #"{"operation": "delete", "filters": {"status": "CANCELLED"}}"#)
        #expect(answer.failures.compactMap(\.recordId) == [0, 500, 999].map(OrderBench.id))
        #expect(
            answer.failures.allSatisfy {
                $0.error == "FOREIGN_KEY_VIOLATION" && $0.message?.contains("invoices") == true
            })
        #expect(answer.summary?.successful == 997)
        #expect(
            try await orders.rows("SELECT id FROM orders ORDER BY id") == [0, 500, 999].map(OrderBench.id))
    }

    @Test("unknown ids are lines of their own, repeated ones count once", arguments: DatabaseKind.allCases)
    func recordIDs(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<3)
        let server = try await orders.start()
        let (second, first) = (OrderBench.id(1), OrderBench.id(0))
        let answer = try await orders.client(server).process(
            #"{"operation": "archive", "recordIds": ["\#(second)", "nowhere", "\#(first)", "\#(second)", "nowhere"]}"#
        )
        #expect(answer.metadata?.totalRecords == 3)
        #expect(answer.recordIDs == [second, "nowhere", first])
        #expect(answer.failures.map(\.error) == ["RECORD_NOT_FOUND"])
        #expect(answer.summary?.processed == 3)
    }

    @Test(
        "a value that the table's own checks refuse is every record's error", arguments: DatabaseKind.allCases
    )
    func checks(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<3)
        let server = try await orders.start()
        let answer = try await orders.client(server).process(
            #"{"operation": "status-update", "filters": {"status": "PENDING"}, "updates": {"total_amount": -1}}"#
        )
        #expect(answer.failures.count == 3)
        #expect(answer.failures.allSatisfy { ["VALIDATION_ERROR", "CHECK_VIOLATION"].contains($0.error) })
        #expect(try await orders.rows("SELECT count(*) FROM orders WHERE total_amount < 0") == ["0"])
    }

    @Test(
        "updates set the time of change, and archiving the time of archiving",
        arguments: DatabaseKind.allCases)
    func timestamps(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<2)
        let server = try await orders.start()
        let client = orders.client(server)
        _ = try await client.process(OrderBench.toProcessing())
        #expect(try await orders.rows("SELECT count(*) FROM orders WHERE updated_at > '2025-12-31'") == ["2"])
        _ = try await client.process(#"{"operation": "archive", "filters": {"status": "PROCESSING"}}"#)
        #expect(
            try await orders.rows("SELECT count(*) FROM orders WHERE archived_at > '2025-12-31'") == ["2"])
    }

    @Test("a dry run tells what would happen and changes nothing", arguments: DatabaseKind.allCases)
    func dryRun(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<200, status: "CANCELLED")
        try await orders.insertInvoice(for: OrderBench.id(7))
        let server = try await orders.start()
        let before = try await orders.rows("SELECT * FROM orders ORDER BY id")
        let answer = try await orders.client(server).process(
            #"{"operation": "delete", "filters": {"status": "CANCELLED"}, "options": {"dryRun": true, "batchSize": 50}}"#
        )
        #expect(answer.isWhole)
        #expect(answer.outcomes.count == 200)
        #expect(answer.lines.allSatisfy { $0.dryRun == true || $0.type == "progress" })
        #expect(answer.failures.map(\.error) == ["FOREIGN_KEY_VIOLATION"])
        #expect(try await orders.rows("SELECT * FROM orders ORDER BY id") == before)
    }

    @Test(
        "filters of every kind choose the same records as the database does", arguments: DatabaseKind.allCases
    )
    func filters(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<60)
        try await orders.execute(
            "UPDATE orders SET archived_at = '2025-03-01T00:00:00Z' WHERE customer_id = 5")
        let server = try await orders.start()
        let filters = [
            (#"{"customer_id": {"in": [1, 2]}}"#, "customer_id IN (1, 2)"),
            (
                #"{"customer_id": {"ne": 3}, "total_amount": {"gte": 20, "lt": 40}}"#,
                "customer_id <> 3 AND total_amount >= 20 AND total_amount < 40"
            ),
            (
                #"{"or": [{"customer_id": 1}, {"not": {"total_amount": {"lte": 60}}}]}"#,
                "customer_id = 1 OR NOT total_amount <= 60"
            ),
            (#"{"archived_at": {"isNull": false}}"#, "archived_at IS NOT NULL"),
            (#"{"id": {"like": "order-10001_"}}"#, "id LIKE 'order-10001_'"),
            (
                #"{"created_at": {"before": "2025-06-01T00:00:00Z"}, "and": [{"customer_id": {"gt": 6}}]}"#,
                "customer_id > 6"
            ),
            (#"{"created_at": {"after": "2025-06-01T00:00:00Z"}}"#, "1 = 0"),
        ]
        for (filter, condition) in filters {
            let answer = try await orders.client(server).process(
                #"{"operation": "delete", "filters": \#(filter), "options": {"dryRun": true}}"#)
            #expect(answer.status == 200, "\(filter): \(answer.text)")
            let wanted = try await orders.rows("SELECT id FROM orders WHERE \(condition) ORDER BY id")
            #expect(answer.recordIDs == wanted, "\(filter)")
        }
    }
}
