import Testing

@Suite("Bulk-process, cut and resumed", .serialized, .timeLimit(.minutes(15)))
struct ProcessResumeTests {
    static let records = 5000
    static let cutsWanted = 30

    /// Orders of which every hundredth is locked.
    private func bench(on kind: DatabaseKind, records: Int = records) async throws -> OrderBench {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<records)
        try await orders.execute(
            "UPDATE orders SET locked_until = '2099-12-31T23:59:59Z' WHERE id LIKE 'order-%50'")
        return orders
    }

    @Test("every cursor that was ever sent goes on just behind it", arguments: DatabaseKind.allCases)
    func everyCursor(on kind: DatabaseKind) async throws {
        let orders = try await bench(on: kind, records: 400)
        let server = try await orders.start()
        let client = orders.client(server)
        let whole = try await client.process(OrderBench.toProcessing(#", "options": {"batchSize": 50}"#))
        #expect(whole.cursors.count >= 8)
        for line in whole.lines where line.type == "progress" {
            let processed = try #require(line.processed)
            let again = try await client.resume(try #require(line.cursor))
            #expect(again.isWhole)
            #expect(again.metadata?.resumed == true)
            #expect(again.metadata?.remainingRecords == 400 - processed)
            // The very same outcomes, told from the receipts.
            #expect(again.outcomes == Array(whole.outcomes.dropFirst(processed)))
            #expect(again.summary?.processed == 400)
        }
    }

    @Test(
        "thirty clients that go away at random lines lose and repeat nothing",
        arguments: DatabaseKind.allCases)
    func cutClients(on kind: DatabaseKind) async throws {
        var cuts = 0
        while cuts < Self.cutsWanted {
            let orders = try await bench(on: kind)
            let server = try await orders.start()
            let client = orders.client(server)
            var follower = StreamFollower()
            while cuts < Self.cutsWanted {
                let lines = Int.random(in: 100...1500)
                let answer = try await follower.next(client, linesMax: lines)
                guard answer.summary == nil else { break }
                cuts += 1
            }
            try #require(!follower.isLost)
            try await follower.finish(client)
            try await follower.expectAgreement(orders, records: Self.records)
        }
    }

    @Test(
        "a reader that goes away stops the work; onDisconnect continue lets it run on",
        arguments: DatabaseKind.allCases)
    func disconnect(on kind: DatabaseKind) async throws {
        let orders = try await bench(on: kind)
        let server = try await orders.start()
        let client = orders.client(server)
        let options = #", "options": {"batchSize": 20, "onDisconnect": "continue"}"#
        let cut = try await client.process(OrderBench.toProcessing(options), linesMax: 30)
        #expect(cut.summary == nil)
        // Nobody reads any more: the end is seen in the table alone.
        try await Patience.until("the end of the work that nobody reads") {
            try await orders.rows("SELECT count(*) FROM orders WHERE status = 'PENDING'") == ["50"]
        }
        let kept = try #require(cut.kept)
        let rest = try await client.resume(kept.cursor)
        #expect(kept.outcomes.count + rest.outcomes.count == Self.records)
        #expect(rest.summary?.processed == Self.records)
    }

    @Test(
        "stop on error, mend, resume: the record is tried again and the rest is done",
        arguments: DatabaseKind.allCases)
    func stopAndResume(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<100, status: "CANCELLED")
        try await orders.insertInvoice(for: OrderBench.id(42))
        let server = try await orders.start()
        let client = orders.client(server)
        let first = try await client.process(
            #"{"operation": "delete", "filters": {"status": "CANCELLED"}, "options": {"continueOnError": false}}"#
        )
        let cursor = try #require(first.summary?.cursor)
        #expect(first.outcomes.count == 43)
        let blocked = try await client.resume(cursor)
        #expect(blocked.recordIDs == [OrderBench.id(42)])
        #expect(blocked.summary?.stoppedEarly == true)
        try await orders.execute("DELETE FROM invoices")
        let last = try await client.resume(cursor)
        #expect(last.recordIDs == (42..<100).map(OrderBench.id))
        #expect(last.summary?.stoppedEarly != true)
        #expect(last.summary?.processed == 100 && last.summary?.errors == 0)
        #expect(try await orders.rows("SELECT count(*) FROM orders") == ["0"])
    }

    @Test("two readers of one operation each tell every record once", arguments: DatabaseKind.allCases)
    func twoReaders(on kind: DatabaseKind) async throws {
        let orders = try await bench(on: kind)
        let server = try await orders.start()
        let client = orders.client(server)
        let cut = try await client.process(
            OrderBench.toProcessing(#", "options": {"batchSize": 20}"#), linesMax: 40)
        let kept = try #require(cut.kept)
        async let one = client.resume(kept.cursor)
        async let other = client.resume(kept.cursor)
        let answers = try await [one, other]
        for answer in answers {
            #expect(answer.isWhole)
            #expect(kept.outcomes.count + answer.outcomes.count == Self.records)
        }
        #expect(answers[0].outcomes == answers[1].outcomes)
    }
}
