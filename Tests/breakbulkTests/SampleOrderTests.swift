import Testing

@testable import breakbulk

@Suite("Sample orders and invoices")
struct SampleOrderTests {
    private func cells(_ table: SampleTable, rows: Int, firstID: Int = 1, bad: Double = 0) -> [[String]] {
        var bytes: [UInt8] = []
        SampleWriter(
            table: table, format: .csv, rowCount: rows, firstID: firstID, seed: 1,
            spread: SampleSpread(percent: bad)
        ).write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("Exactly one order in ten is pending, wherever a file begins", arguments: [1, 2001, 1_000_001])
    func pending(firstID: Int) {
        let orders = cells(.orders, rows: 5000, firstID: firstID)
        #expect(orders.filter { $0[2] == "PENDING" }.count == 500)
        #expect(orders.allSatisfy { $0.count == 8 })
        #expect(orders.first?[0] == "order-\(firstID)")
    }

    @Test("There are orders for every rule: archived, locked for long, and with a lock that is over")
    func standings() {
        let orders = cells(.orders, rows: SampleWriter.demoOrders)
        #expect(Set(orders.map { $0[2] }) == ["PENDING", "PROCESSING", "COMPLETED", "CANCELLED"])
        let archived = orders.filter { !$0[6].isEmpty }
        #expect((300...900).contains(archived.count))
        #expect(archived.allSatisfy { ["COMPLETED", "CANCELLED"].contains($0[2]) && $0[7].isEmpty })
        #expect(orders.contains { $0[7].hasPrefix("2099") && $0[2] == "PENDING" })
        #expect(orders.contains { $0[7].hasPrefix("2023") })
        #expect(orders.allSatisfy { $0[4] <= $0[5] && ($0[6].isEmpty || $0[5] <= $0[6]) })
    }

    @Test("Every invoice of the demo is for an order of the demo; cancelled orders come with and without")
    func invoices() {
        let orders = cells(.orders, rows: SampleWriter.demoOrders)
        let totals = Dictionary(uniqueKeysWithValues: orders.map { ($0[0], $0[3]) })
        let invoices = cells(.invoices, rows: SampleSchema.demoRows(of: .invoices))
        #expect(invoices.allSatisfy { totals[$0[1]] == $0[2] })
        let invoiced = Set(invoices.map { $0[1] })
        let cancelled = orders.filter { $0[2] == "CANCELLED" }
        #expect(cancelled.contains { invoiced.contains($0[0]) })
        #expect(cancelled.contains { !invoiced.contains($0[0]) })
        let more = cells(.invoices, rows: 100, firstID: SampleTable.firstIDDefault)
        #expect(more.allSatisfy { totals[$0[1]] != nil })
    }

    @Test("Bad rows leave the others as they are", arguments: [SampleTable.orders, .invoices])
    func badRows(table: SampleTable) {
        let differing = zip(cells(table, rows: 600), cells(table, rows: 600, bad: 10)).filter { $0 != $1 }
        #expect(differing.count == 60)
    }

    @Test("The tables of both databases have a foreign key from invoices to orders and an index on status")
    func schema() {
        for key in [SampleSchema.AutomaticKey.sqlite, .postgres] {
            #expect(SampleSchema.createTable(.invoices, key: key).contains("REFERENCES orders (id)"))
            #expect(SampleSchema.createTable(.orders, key: key).contains("ON orders (status)"))
        }
    }
}
