import Testing

@testable import breakbulk

@Suite("Sample data")
struct SampleWriterTests {
    private func text(
        _ table: SampleTable, _ format: SampleFormat = .csv, rows: Int, firstID: Int = 1, seed: UInt64 = 1,
        bad: Double = 0
    ) -> String {
        var bytes: [UInt8] = []
        SampleWriter(
            table: table, format: format, rowCount: rows, firstID: firstID, seed: seed,
            spread: SampleSpread(percent: bad)
        ).write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test("The same arguments give the same bytes, another seed gives others")
    func isDeterministic() {
        #expect(text(.sales, rows: 500) == text(.sales, rows: 500))
        #expect(text(.sales, rows: 500) != text(.sales, rows: 500, seed: 2))
    }

    @Test("A row does not depend on where its file begins")
    func rowsStandAlone() {
        let whole = lines(text(.sales, rows: 50))
        let tail = lines(text(.sales, rows: 20, firstID: 31))
        #expect(Array(whole.suffix(20)) == Array(tail.dropFirst()))
    }

    @Test("CSV has a header and ten cells in every row of sales")
    func csvShape() {
        let rows = lines(text(.sales, rows: 300))
        #expect(rows.count == 301)
        #expect(
            rows[0] == "id,order_number,customer_id,product,quantity,unit_price,amount,status,sold_at,note")
        for row in rows.dropFirst() where !row.contains("\"") {
            #expect(row.split(separator: ",", omittingEmptySubsequences: false).count == 10)
        }
    }

    @Test(
        "No rows still give a whole document",
        arguments: [
            (SampleFormat.csv, "id,name,email,created_at\n"), (.json, "[\n]\n"), (.ndjson, ""),
        ])
    func empty(format: SampleFormat, expected: String) {
        #expect(text(.customers, format, rows: 0) == expected)
    }

    @Test("The amount is price times quantity")
    func amountsAdd() throws {
        for row in lines(text(.sales, rows: 100)).dropFirst() {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            let quantity = try #require(Int(cells[4]))
            let price = try #require(Int(cells[5].filter { $0 != "." }))
            #expect(Int(cells[6].filter { $0 != "." }) == price * quantity)
        }
    }

    @Test("Order numbers are unique and not in the order of the ids")
    func orderNumbers() {
        let numbers = (1...100_000).map(OrderNumber.mix)
        #expect(Set(numbers).count == numbers.count)
        let rises = zip(numbers, numbers.dropFirst()).filter { $0 < $1 }.count
        #expect((40_000...60_000).contains(rises))
        #expect(numbers.allSatisfy { $0 < 1 << OrderNumber.bits })
    }

    @Test("The share of bad rows is exact and spread evenly", arguments: [0.0, 0.01, 1, 12.5, 50, 100])
    func badShare(percent: Double) {
        let spread = SampleSpread(percent: percent)
        let bad = (0..<20_000).filter { spread.fault(at: $0) != nil }
        #expect(bad.count == Int(20_000 * percent / 100))
        #expect(bad.count == spread.badCount(of: 20_000))
        let halves = bad.filter { $0 < 10_000 }.count
        #expect(abs(halves * 2 - bad.count) <= 1)
    }

    @Test("Every kind of fault comes in turn, and the rows around are as without faults")
    func badRowsLeaveOthersAlone() {
        let clean = lines(text(.sales, rows: 600))
        let dirty = lines(text(.sales, rows: 600, bad: 10))
        let differing = zip(clean, dirty).filter { $0 != $1 }.count
        #expect(clean.count == dirty.count)
        #expect(differing == 60)
    }

    @Test("A repeated order number is that of a good row before it")
    func duplicates() {
        let spread = SampleSpread(percent: 50)
        for index in 0..<1000 where spread.fault(at: index) == .duplicateKey {
            let good = spread.goodRow(before: index)
            #expect(good.map { spread.fault(at: $0) == nil && $0 < index } ?? false)
        }
    }

    @Test("JSON leaves out what has no value and sets commas rightly")
    func json() {
        let text = text(.sales, .ndjson, rows: 50, bad: 100)
        #expect(!text.contains(",,") && !text.contains("{,") && !text.contains(",}"))
        #expect(text.contains(#""quantity":"twelve""#))
    }
}
