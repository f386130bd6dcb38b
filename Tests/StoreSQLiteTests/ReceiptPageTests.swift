import BulkModel
import Engine
import Testing

@testable import StoreSQLite

@Suite("Pages of receipts", .serialized)
struct ReceiptPageTests {
    @Test("a page ends early once it holds ten thousand faults, and the next one goes on behind it")
    func faultsBoundPages() async throws {
        let fixture = try SQLiteFixture()
        try await fixture.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0))")
        let (chunks, records) = (4, 6000)
        let job = try await JobOnTable(fixture.sqlite, .insert, "t", ["id", "a"], read: chunks * records)
        for chunk in 0..<chunks {
            var first = chunk * records + 1
            let end = first + records
            // The store may stop early within a chunk.
            while first < end {
                let rows: [[(any Sendable)?]] = (first..<end).map { [$0, -1] }
                first += try await job.apply(rows, first: first).receipt.recordCount
            }
        }
        var record = 1
        var pages: [Int] = []
        while record <= chunks * records {
            let page = try await fixture.sqlite.receipts(of: job.id, from: record, limit: 100)
            try #require(page.first?.firstRecord == record)
            pages.append(page.reduce(0) { $0 + $1.faults.count })
            record += page.reduce(0) { $0 + $1.recordCount }
            // Without its last receipt the page was not full.
            #expect(page.dropLast().reduce(0) { $0 + $1.faults.count } < 10_000)
        }
        #expect(pages.reduce(0, +) == chunks * records)
        #expect(pages.count > 1)
    }
}
