import BulkModel
import Testing

@Suite("An object in a JSON array that is not closed")
struct JSONLostBraceTests {
    /// The records' cells, or the issue of the fault.
    private func read(_ text: String, recordBytesMax: Int = 1 << 20) -> [String] {
        var limits = Limits()
        limits.recordBytesMax = recordBytesMax
        return Reader.verify(Array(text.utf8), format: .json, limits: limits).records.map {
            $0.fault.map { $0.issue ?? $0.code.rawValue } ?? $0.fields.joined(separator: "|")
        }
    }

    @Test("costs only itself where the next one begins a line")
    func ownLine() {
        #expect(
            read("[{\"a\":1},\n{\"a\":2,\n{\"a\":3},\n{\"a\":4}]") == [
                "1|-|-", "truncated", "3|-|-", "4|-|-",
            ])
        #expect(read("[\n  {\"a\":1,\r\n  {\"a\":2}\r\n]") == ["truncated", "2|-|-"])
        #expect(
            read("[\n  {\n    \"a\": {\"x\": [1, 2],\n  \t\n  {\n    \"a\": 2\n  }\n]") == [
                "truncated", "2|-|-",
            ])
    }

    @Test("leaves well-formed records alone, whatever lines of theirs begin with")
    func wellFormed() {
        #expect(read("[{\"a\":\n{\"x\":1},\"b\":[1,\n{\"y\":2}]}]") == ["<{\"x\":1}>|<[1,\n{\"y\":2}]>|-"])
        #expect(read("[{\"a\":\"x,\\n\",\n\"b\":\"{\"}]") == ["'x,\n'|'{'|-"])
    }

    @Test("is skipped up to the next line too when it is over the size of a record, however the input is cut")
    func tooLarge() {
        let long = String(repeating: "1", count: 60)
        let text = "[{\"a\":1},\n{\"a\":\(long),      \n     {\"a\":3}]"
        #expect(read(text, recordBytesMax: 20) == ["1|-|-", "RECORD_TOO_LARGE", "3|-|-"])
    }

    @Test("without a line of its own behind it cannot be told from what is nested, and goes on")
    func oneLine() {
        #expect(read("[{\"a\":1,{\"a\":2},{\"a\":3}]").count == 1)
    }
}
