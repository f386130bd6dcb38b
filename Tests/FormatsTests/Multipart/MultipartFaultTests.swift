import BulkModel
import Formats
import Testing

@Suite("Faulty multipart bodies")
struct MultipartFaultTests {
    private static let head = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n"

    /// A body, what is wrong with it, and at which byte.
    struct Case: CustomTestStringConvertible {
        var body: String
        var code: FormatError.Code
        var byte: Int
        var words: String

        init(_ body: String, _ code: FormatError.Code, _ byte: Int, _ words: String) {
            self.body = body
            self.code = code
            self.byte = byte
            self.words = words
        }

        var testDescription: String { "\(body.debugDescription): \(words)" }
    }

    private static let cases = [
        Case("", .badSyntax, 0, "no line with the boundary"),
        Case("{\"a\": 1}", .badSyntax, 8, "no line with the boundary"),
        Case("--a\r\n\r\n--a--", .badSyntax, 12, "no line with the boundary"),
        Case("--b", .truncated, 3, "beginning of a part"),
        Case("--b\nContent", .badSyntax, 3, "LF alone"),
        Case("--bb\r\n", .badSyntax, 3, "Other text follows"),
        Case("--b \r-", .badSyntax, 4, "Other text follows"),
        Case("--b --", .badSyntax, 4, "Other text follows"),
        Case("--b-\r\n", .badSyntax, 3, "Other text follows"),
        Case("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n", .truncated, 47, "beginning of a part"),
        Case("--b\r\nContent-Disposition: form-data; name=\"x\"\n\r\n", .badSyntax, 45, "LF alone"),
        Case("--b\r\n\r\n1\r\n--b--", .badHeader, 5, "no line Content-Disposition"),
        Case("--b\r\nContent-Type: a/b\r\n\r\n1\r\n--b--", .badHeader, 5, "no line Content-Disposition"),
        Case("--b\r\nContent-Disposition: form-data\r\n\r\n", .badHeader, 5, "name="),
        Case("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n", .badHeader, 5, "name="),
        Case("--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\n", .badHeader, 5, "name="),
        Case("--b\r\nContent-Disposition: form-data; name=x; name=y\r\n\r\n", .badHeader, 5, "name="),
        Case("--b\r\nContent-Disposition: attachment; name=x\r\n\r\n", .badHeader, 5, "form-data"),
        Case("--b\r\nA: 1\r\n folded\r\n\r\n", .badHeader, 5, "on one line"),
        Case("--b\r\nnonsense\r\n\r\n", .badHeader, 5, "on one line"),
        Case("--b\r\nA: \u{0}\r\n\r\n", .badHeader, 5, "control character"),
        Case("--b\r\nA: x\ry\r\n\r\n", .badHeader, 5, "control character"),
        Case("--b\r\nContent-Type: a\r\ncontent-type: b\r\n\r\n", .badHeader, 5, "twice"),
        Case(
            "--b\r\nContent-Disposition: form-data; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            .badEncoding, 5, "base64"),
        Case(head + "1\r\n" + head + "2\r\n--b--", .duplicateKey, 57, "two parts named \"x\""),
        Case(head + "1", .truncated, 50, "in the part \"x\""),
        Case(head, .truncated, 49, "in the part \"x\""),
        Case(head + "1\r\n--b", .truncated, 55, "beginning of a part"),
        Case(head + "1\n--b--\n", .truncated, 57, "behind a CRLF"),
    ]

    @Test("each fault is told with its byte, however the body is cut", arguments: cases)
    func fault(fault: Case) throws {
        let reading = MultipartReading.verify(fault.body)
        let error = try #require(reading.error)
        #expect(error.code == fault.code)
        #expect(error.position.byte == fault.byte)
        #expect(error.message.contains(fault.words), "\(error.message)")
        #expect(!reading.hasEnded)
    }

    @Test("header lines that are not UTF-8 are refused")
    func encoding() {
        let body = Array("--b\r\nA: ".utf8) + [0xFF] + Array("\r\n\r\n".utf8)
        #expect(MultipartReading.verify(body).error?.code == .badEncoding)
    }

    @Test("a body of more parts than are taken is refused at the first one too many")
    func tooManyParts() {
        let parts = (0..<1000).map { "--b\r\nContent-Disposition: form-data; name=p\($0)\r\n\r\n\r\n" }
            .joined()
        let reading = MultipartReading.verify(parts + "--b--")
        #expect(reading.error?.code == .tooLarge)
        #expect(reading.error?.message.contains("the 32 parts") == true)
        #expect(reading.parts.count == 32)
    }

    @Test("a header of a gigabyte is refused once its first bytes have come")
    func endlessHeader() {
        var limits = Limits()
        limits.multipartHeaderBytesMax = 100
        let reading = MultipartReading.verify(
            "--b\r\nA: " + String(repeating: "a", count: 200), limits: limits)
        #expect(reading.error?.code == .tooLarge)
        #expect(reading.error?.position.byte == 103)
        #expect(reading.error?.message.contains("the 100 bytes") == true)

        // The first piece over the bound is the last that is taken.
        let pieces =
            [Array("--b\r\nA: ".utf8)]
            + [[UInt8]](repeating: [UInt8](repeating: 0x61, count: 10), count: 1000)
        #expect(MultipartReading.read(Array(pieces.prefix(10)), limits: limits).error?.code == .truncated)
        #expect(MultipartReading.read(Array(pieces.prefix(11)), limits: limits).error?.code == .tooLarge)
    }

    @Test(
        "text around the parts is bounded",
        arguments: [
            (String(repeating: "x\r\n", count: 40) + head, "before the first boundary", 100),
            ("--b" + String(repeating: " ", count: 200), "A boundary's line", 103),
            ("--b--" + String(repeating: " ", count: 200), "behind the last boundary", 105),
        ])
    func surroundings(body: String, words: String, byte: Int) {
        var limits = Limits()
        limits.multipartHeaderBytesMax = 100
        let error = MultipartReading.verify(body, limits: limits).error
        #expect(error?.code == .tooLarge)
        #expect(error?.position.byte == byte)
        #expect(error?.message.contains(words) == true)
    }

    @Test("names are bounded")
    func longNames() {
        for line in [
            "name=\(String(repeating: "n", count: 256))",
            "name=x; filename=\(String(repeating: "n", count: 1025))",
        ] {
            let reading = MultipartReading.verify("--b\r\nContent-Disposition: form-data; \(line)\r\n\r\n")
            #expect(reading.error?.code == .tooLarge)
        }
    }

    @Test("random bytes are read the same however they are cut")
    func random() {
        var generator = SeededGenerator(seed: 11)
        let words = [
            "--b", "--b--", "\r\n", "\r", "\n", "-", "b", " ", "Content-Disposition: form-data; name=x", ":",
            "y",
        ]
        for round in 0..<300 {
            var text = Bool.random(using: &generator) ? Self.head : ""
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                text += words.randomElement(using: &generator) ?? ""
            }
            _ = MultipartReading.verify(text, seed: UInt64(round))
        }
    }
}
