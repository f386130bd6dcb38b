import Testing

@Suite("Bulk-process beside others", .serialized, .timeLimit(.minutes(10)))
struct ProcessPaceTests {
    @Test("a reader that takes a line a second keeps nobody from writing", arguments: DatabaseKind.allCases)
    func slowReader(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        // More than the buffers between server and reader hold.
        try await orders.insert(0..<200_000)
        try await orders.insert(200_000..<201_000, status: "PROCESSING")
        let server = try await orders.start()
        let client = orders.client(server)
        let slow = try SlowReader(OrderBench.toProcessing(), client: client)
        #expect(await slow.begin())
        for _ in 0..<5 {
            try await orders.execute(
                "UPDATE orders SET total_amount = total_amount + 1 WHERE id = '\(OrderBench.id(0))'")
        }
        let other = try await client.process(
            #"{"operation": "status-update", "filters": {"id": {"gte": "\#(OrderBench.id(200_000))"}}, "updates": {"status": "COMPLETED"}}"#
        )
        #expect(other.summary?.successful == 1000)
        let job = try await client.load(
            "id,customer_id,status,total_amount,created_at,updated_at\nnew,1,PENDING,5,2025-01-01,2025-01-01\n",
            into: "orders")
        #expect(job.json["number_records_succeeded"] as? Int == 1)
        #expect(slow.isReading)
        let waiting = try await orders.rows("SELECT count(*) > 1 FROM orders WHERE status = 'PENDING'")
        #expect(["1", "t"].contains(waiting.first), "the server went on although nobody reads")
    }

    @Test(
        "beside writers every record that matches throughout is done once, new ones are left alone",
        arguments: DatabaseKind.allCases)
    func concurrentWriters(on kind: DatabaseKind) async throws {
        let orders = try await OrderBench(on: kind)
        try await orders.insert(0..<10_000)
        try await orders.insert(10_000..<11_000, status: "CANCELLED")
        let server = try await orders.start()
        let client = orders.client(server)
        async let writing: Void = Self.write(orders)
        let answer = try await client.process(OrderBench.toProcessing(#", "options": {"batchSize": 100}"#))
        try await writing
        #expect(answer.isWhole)
        let told = answer.recordIDs
        #expect(Set(told).count == told.count, "none is told twice")
        #expect(told == told.sorted())
        let steady = (0..<10_000).filter { $0 % 100 != 3 }.map(OrderBench.id)
        let done = Set(answer.outcomes.filter { $0.type == "success" }.compactMap(\.recordId))
        #expect(done.isSuperset(of: steady))
        #expect(done.isDisjoint(with: (20_000..<20_050).map(OrderBench.id)), "new ones are left alone")
        #expect(
            try await orders.rows(
                "SELECT count(*) FROM orders WHERE id >= '\(OrderBench.id(20_000))' AND status = 'PENDING'")
                == ["50"])
        // One that stopped matching meanwhile is either done, whole, or untouched.
        let isTouched = Set(try await orders.rows("SELECT id FROM orders WHERE status = 'PROCESSING'"))
        #expect(isTouched.isSubset(of: done))
        #expect(done.subtracting(isTouched).isSubset(of: Set((0..<11_000).map(OrderBench.id))))
    }

    /// Takes some records out of the selection, brings some in, and adds new ones, in fifty small writes.
    private static func write(_ orders: OrderBench) async throws {
        // What is new before the operation has begun would be a part of it.
        try await Patience.until("the operation begins") {
            try await orders.rows("SELECT count(*) FROM orders WHERE status = 'PROCESSING'") != ["0"]
        }
        for step in 0..<50 {
            let (leaving, coming) = (OrderBench.id(step * 200 + 3), OrderBench.id(10_000 + step * 20))
            try await orders.execute(
                "UPDATE orders SET status = 'CANCELLED' WHERE id = '\(leaving)' AND status = 'PENDING'")
            try await orders.execute("UPDATE orders SET status = 'PENDING' WHERE id = '\(coming)'")
            try await orders.insert((20_000 + step)..<(20_001 + step))
        }
    }
}
