import BulkModel
import Formats
import Testing

@Suite("Multipart bodies")
struct MultipartTests {
    /// A part of a form as browsers write it.
    private static func part(_ name: String, _ content: String, _ lines: String = "") -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(lines)\r\n\r\n\(content)\r\n"
    }

    @Test("parts come with their names, types and exact bytes, however the body is cut")
    func parts() {
        let file = Self.part(
            "file", "\r\nname,type\r\na,b\r\n", "; filename=\"r.csv\"\r\nContent-Type: text/csv")
        let reading = MultipartReading.verify(file + Self.part("options", "{}") + "--b--\r\n")
        #expect(reading.error == nil)
        #expect(reading.hasEnded)
        #expect(reading.parts.map(\.text) == ["\r\nname,type\r\na,b\r\n", "{}"])
        #expect(
            reading.parts.map(\.part) == [
                MultipartPart(name: "file", fileName: "r.csv", contentType: "text/csv"),
                MultipartPart(name: "options"),
            ])
    }

    @Test(
        "what looks like a boundary and is none belongs to the part",
        arguments: [
            "\r\n--", "\r\n--a", "\r\r\n-b", "x--b", "\n--b--", "\r\n\r\n--c\r\n", "\r", "\r\n", "\r\n-",
            "x\r\n--\u{1}b",
        ])
    func lookalikes(content: String) {
        let reading = MultipartReading.verify(Self.part("file", content) + "--b--")
        #expect(reading.error == nil)
        #expect(reading.parts.map(\.text) == [content])
    }

    @Test("a part without bytes is one, with or without a line end of its own")
    func emptyPart() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n"
        for body in [head + "\r\n--b--", head + "--b--"] {
            let reading = MultipartReading.verify(body)
            #expect(reading.error == nil)
            #expect(reading.parts.map(\.bytes) == [[]])
            #expect(reading.hasEnded)
        }
    }

    @Test("a body without parts ends at once")
    func noParts() {
        let reading = MultipartReading.verify("--b--\r\n")
        #expect(reading == MultipartReading(hasEnded: true))
    }

    @Test("text around the parts is ignored, and blanks behind a boundary too")
    func surroundings() {
        let body =
            "This is a message.\r\n--\r\n" + Self.part("x", "1").replacing("--b\r\n", with: "--b \t\r\n")
            + "--b-- \r\nmore\r\n--b\r\nContent"
        let reading = MultipartReading.verify(body)
        #expect(reading.error == nil)
        #expect(reading.parts.map(\.text) == ["1"])
    }

    @Test("bytes of any kind pass unchanged")
    func binary() {
        var generator = SeededGenerator(seed: 7)
        let bytes: [UInt8] = [0x0D, 0x0A, 0x2D, 0x62, 0xFF]
        // The boundary is longer than any run of its letter that chance brings.
        let boundary = String(repeating: "b", count: 20)
        let content = (0..<3000).map { _ in bytes.randomElement(using: &generator) ?? 0 }
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=x\r\n\r\n"
        let body = Array(head.utf8) + content + Array("\r\n--\(boundary)--".utf8)
        let reading = MultipartReading.verify(body, boundary: boundary)
        #expect(reading.error == nil)
        let isUnchanged = reading.parts.map(\.bytes) == [content]
        #expect(isUnchanged)
    }

    @Test(
        "header lines are read as clients write them",
        arguments: [
            ("form-data; name=file; filename=a.csv", "file", "a.csv"),
            ("FORM-DATA;NAME=\"file\" ; FileName=\"C:\\\\x\\r.csv\"", "file", "C:\\x\\r.csv"),
            ("form-data; filename=\"a;b \\\"c\\\".csv\"; name=\"file\"", "file", "a;b \"c\".csv"),
            ("form-data; name=\"fi;le\"; filename*=UTF-8''a.csv;", "fi;le", nil),
            ("form-data; name=\"Größe\"; filename=\"\"", "Größe", ""),
        ] as [(String, String, String?)])
    func dispositions(line: String, name: String, fileName: String?) {
        let reading = MultipartReading.verify(
            "--b\r\nX-Other: 1\r\ncontent-DISPOSITION:\(line)\r\n\r\n1\r\n--b--")
        #expect(reading.error == nil)
        #expect(reading.parts.map(\.part) == [MultipartPart(name: name, fileName: fileName)])
    }

    @Test("the packing of a part is told")
    func encodings() {
        let lines = "\r\nContent-Encoding: gzip\r\nContent-Transfer-Encoding: BINARY"
        let reading = MultipartReading.verify(Self.part("file", "", lines) + "--b--")
        #expect(reading.parts.map(\.part) == [MultipartPart(name: "file", contentEncoding: "gzip")])
    }
}
