import BulkModel
import Formats
import Testing

@testable import Dialects

@Suite("Packing of answers") struct AnswerPackingTests {
    private static let text = Array(String(repeating: "0123456789", count: 500).utf8)

    private func answer(_ bytes: [UInt8], _ headers: [Header] = []) -> Answer {
        Answer(status: 200, headers: headers, body: .bytes(bytes))
    }

    private func bytes(_ answer: Answer) -> [UInt8] {
        if case .bytes(let bytes) = answer.body { bytes } else { [] }
    }

    @Test("a large body is packed for who takes it, and says so")
    func packed() throws {
        let packed = answer(Self.text).packed(acceptEncoding: "br, gzip")
        #expect(packed.headers.contains(Header("Content-Encoding", "gzip")))
        #expect(packed.headers.contains(Header("Vary", "Accept-Encoding")))
        var unpacked: [UInt8] = []
        var inflater = Inflater(limits: Limits())
        try inflater.feed(bytes(packed), into: &unpacked)
        try inflater.finish()
        #expect(unpacked == Self.text)
        #expect(bytes(packed).count < Self.text.count)
    }

    @Test("who does not take it gets it plain", arguments: [nil, "br", "gzip;q=0", "identity"])
    func plain(accept: String?) {
        let plain = answer(Self.text).packed(acceptEncoding: accept)
        #expect(bytes(plain) == Self.text)
        #expect(plain.headers == [Header("Vary", "Accept-Encoding")])
    }

    @Test("small bodies, and those with a coding of their own, stay as they are")
    func untouched() {
        let small = answer(Array(Self.text.prefix(1024))).packed(acceptEncoding: "gzip")
        #expect(small.headers.isEmpty && bytes(small).count == 1024)
        let own = answer(Self.text, [Header("content-encoding", "br")]).packed(acceptEncoding: "gzip")
        #expect(own.headers.count == 1 && bytes(own) == Self.text)
        #expect(Answer(status: 204).packed(acceptEncoding: "gzip").headers.isEmpty)
    }
}
