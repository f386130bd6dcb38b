import BulkModel
import Formats
import Testing

@Suite("Boundaries in Content-Type")
struct MultipartBoundaryTests {
    @Test(
        "a boundary is read quoted or not, wherever it stands",
        arguments: [
            (
                "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk",
                "----WebKitFormBoundary7MA4YWxk"
            ),
            ("multipart/form-data; charset=utf-8; Boundary=\"a b:c?\"; x=y", "a b:c?"),
            ("multipart/form-data;boundary = x ", "x"),
            (
                "multipart/form-data; boundary=\(String(repeating: "x", count: 70))",
                String(repeating: "x", count: 70)
            ),
        ])
    func boundary(contentType: String, text: String) throws {
        let boundary = try MultipartBoundary(contentType: contentType)
        var decoder = MultipartDecoder(boundary: boundary, limits: Limits())
        decoder.take(Array("--\(text)--".utf8))
        #expect(try decoder.next() == .end)
    }

    @Test(
        "a Content-Type without a boundary that is allowed is refused",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"a",
            "multipart/form-data; boundary=\"a \"",
            "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=a\u{1}b",
            "multipart/form-data; boundary=ü",
            "multipart/form-data; boundary=\(String(repeating: "x", count: 71))",
        ])
    func refused(contentType: String) {
        #expect(throws: FormatError.self) { try MultipartBoundary(contentType: contentType) }
    }
}
