import Testing

@testable import StorePostgres

@Suite("The mark for NULL in the server's CSV")
struct NullMarkTests {
    @Test(
        "is quoted where it is a whole bare cell, and rows else stay as they are",
        arguments: [
            ("#N/A\n", "\"#N/A\"\n"), ("1,#N/A\n", "1,\"#N/A\"\n"), ("#N/A,#N/A", "\"#N/A\",\"#N/A\""),
            ("#N/A,,#N/A\n", "\"#N/A\",,\"#N/A\"\n"), ("#N/A \n", "#N/A \n"),
            (" #N/A,##N/A\n", " #N/A,##N/A\n"),
            ("\"a,#N/A,\"\"b\",#N/A\n", "\"a,#N/A,\"\"b\",\"#N/A\"\n"),
            ("\"x\n#N/A\n\",#N\n", "\"x\n#N/A\n\",#N\n"), ("\"\"\",#N/A\"\n", "\"\"\",#N/A\"\n"),
            ("1,a\n", "1,a\n"), ("", ""),
        ])
    func quoted(row: String, expected: String) {
        var bytes: [UInt8] = []
        Array(row.utf8).withUnsafeBytes { NullMark.append($0, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
