import BulkModel
import Testing

@Suite("Unknown JSON keys")
struct LongKeyTests {
    @Test("a key of a megabyte is named by its beginning only")
    func cut() throws {
        let key = String(repeating: "k", count: 1_000_000)
        let reading = Reader.read("{\"a\":1,\"\(key)\":2}\n{\"a\":3}\n", format: .ndjson)
        #expect(reading.records.count == 2)
        let fault = try #require(reading.records.first?.fault)
        #expect(fault.code == .unknownColumn)
        #expect(fault.column?.isEmpty == false)
        #expect(fault.column.map(key.hasPrefix) == true)
        #expect(fault.message.utf8.count < 300)
        #expect(reading.records.last?.fault == nil)
    }

    @Test("a long key is cut between two characters, however its beginning is aligned")
    func cutBetweenCharacters() throws {
        for prefix in ["", "k", "kk", "kkk"] {
            let key = prefix + String(repeating: "\u{1F4E6}", count: 100)
            let reading = Reader.read("{\"a\":1,\"\(key)\":2}\n", format: .ndjson)
            let name = try #require(reading.records.first?.fault?.column)
            #expect(!name.contains("\u{FFFD}"))
            #expect(key.hasPrefix(name))
        }
    }
}
