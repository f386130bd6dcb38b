import BulkModel
import Formats
import Testing

@Suite("Files of another kind")
struct WrongFileTests {
    @Test(
        "a file that is no CSV is refused by what it is",
        arguments: [
            ("PK\u{3}\u{4}\u{14}\u{0}\u{6}", "ZIP"), ("[\n  {\"a\": 1}\n]\n", "JSON"),
            ("[{\"a\":1}]", "JSON"),
            ("{\"a\":1}\n{\"a\":2}\n", "JSON"), ("{\n\"a\":1}\n", "JSON"), ("\u{1F}\u{8B}xx", nil),
        ] as [(String, String?)])
    func refused(text: String, word: String?) {
        // Latin-1, so that each scalar is a byte.
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let error = Reader.verify(bytes).error
        #expect(error?.message.contains(word ?? "gzip") == true, "\(error?.message ?? "taken")")
    }

    @Test(
        "a header that only begins alike is a header",
        arguments: ["PK\n1\n", "P,K\n1,2\n", "PK\u{3}x\n1\n", "P", "[id],b\n1,2\n", "{id}\n1\n"])
    func taken(text: String) {
        #expect(Reader.verify(Array(text.utf8)).error == nil)
    }
}
