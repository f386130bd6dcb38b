import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Idempotency keys") struct IdempotencyTests {
    private func key(_ lines: String...) throws -> String? {
        try IdempotencyKey.read(HeaderFields(lines.map { ("Idempotency-Key", $0) }))
    }

    @Test("a key is the same quoted and bare")
    func forms() throws {
        #expect(try IdempotencyKey.read(HeaderFields()) == nil)
        #expect(try key("8e03978e-40d5") == "8e03978e-40d5")
        #expect(try key("\"8e03978e-40d5\"") == "8e03978e-40d5")
        #expect(try key(#""a\"b\\c""#) == #"a"b\c"#)
        #expect(try key("\"") == "\"")
        #expect(try key(String(repeating: "k", count: 255))?.count == 255)
    }

    @Test("what is no key is refused")
    func bad() {
        let long = String(repeating: "k", count: 256)
        for text in ["", "\"\"", long, "ä", "a\u{7F}", "a\tb", #""a\b""#, #""a"b""#, #""a\""#] {
            #expect(throws: Refusal.self, "\(text)") { try key(text) }
        }
        #expect(throws: Refusal.self) { try key("a", "b") }
    }

    private func fingerprint(
        _ body: String, type: String? = "application/json", query: String = "", piece: Int = .max,
        encoding: String? = nil, packed: [UInt8]? = nil
    ) throws -> String? {
        let digest = BodyDigest(
            PlainDigest(), contentType: type, query: try QueryItems(parsing: query), encoding: encoding,
            limits: Limits())
        let bytes = packed ?? Array(body.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(piece, max(1, bytes.count))) {
            digest.take(Array(bytes[start...].prefix(piece)))
        }
        digest.finish()
        return digest.fingerprint
    }

    @Test("the fingerprint is of body, type and query, however the body is cut and the query is ordered")
    func fingerprints() throws {
        let one = try fingerprint("{\"a\":1}", query: "a=1&b=2")
        #expect(one != nil)
        #expect(try fingerprint("{\"a\":1}", query: "b=2&a=1", piece: 1) == one)
        #expect(try fingerprint("{\"a\":2}", query: "a=1&b=2") != one)
        #expect(try fingerprint("{\"a\":1}", query: "a=1") != one)
        #expect(try fingerprint("{\"a\":1}", type: "text/csv", query: "a=1&b=2") != one)
    }

    @Test("a body that is packed as it streams by has the fingerprint of what it unpacks to")
    func packed() throws {
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(Array("{\"a\":1}".utf8), into: &packed)
        deflater.finish(into: &packed)
        let unpacked = try fingerprint("", piece: 3, encoding: "gzip", packed: packed)
        #expect(unpacked != nil)
        #expect(try unpacked == fingerprint("{\"a\":1}"))
        #expect(try fingerprint("", encoding: "gzip", packed: [1, 2, 3]) == nil)
    }

    @Test("there is no fingerprint before the end of the body")
    func unfinished() throws {
        let digest = BodyDigest(
            PlainDigest(), contentType: nil, query: QueryItems(), encoding: nil, limits: Limits())
        digest.take([1])
        #expect(digest.fingerprint == nil)
    }

    private func parts(_ boundary: String, value: String = "x") -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\(value)\r\n--\(boundary)--\r\n"
    }

    @Test("the same parts have the same fingerprint whatever the boundary", arguments: [1, 2, 5, 64, 1000])
    func boundaries(piece: Int) throws {
        let value = "a,b\r\n1,2\r\n\r\r\n--not\r"
        let one = try fingerprint(parts("B1", value: value), type: "multipart/form-data; boundary=B1")
        let other = try fingerprint(
            parts("----other", value: value), type: "multipart/form-data; boundary=\"----other\"",
            piece: piece)
        #expect(one == other)
        let changed = try fingerprint(
            parts("B1", value: value + "!"), type: "multipart/form-data; boundary=B1", piece: piece)
        #expect(one != changed)
    }

    @Test("the boundary alone is taken out of a body")
    func filter() {
        var filter = BoundaryFilter(boundary: "AB")
        let text = "--AB\r\nx\r\n--A\r\n--AB--\r\n-"
        let kept = text.utf8.reduce(into: [UInt8]()) { $0 += filter.take([$1]) } + filter.finish()
        #expect(String(decoding: kept, as: UTF8.self) == "\r\n--\r\nx\r\n--A\r\n----\r\n-")
    }

    @Test(
        "answers that say nothing about the work are not kept",
        arguments: [401, 403, 408, 429, 500, 502, 503, 504])
    func notKept(status: Int) { #expect(!PendingReply.isWorthKeeping(status)) }

    @Test("answers about the work are", arguments: [200, 201, 202, 204, 207, 400, 404, 409, 413, 422, 423])
    func kept(status: Int) { #expect(PendingReply.isWorthKeeping(status)) }

    @Test(
        "refusals that pass are not kept",
        arguments: [
            ErrorCode.lockedRecord, .keyInUse, .jobStateConflict, .payloadTooLarge, .recordTooLarge,
            .uploadIncomplete, .rateLimited, .serviceUnavailable, .forbidden,
        ])
    func passing(code: ErrorCode) { #expect(!PendingReply.isWorthKeeping(Refusal(code, "No."))) }

    @Test(
        "refusals that stay are",
        arguments: [
            ErrorCode.invalidRequest, .recordNotFound, .duplicateKey, .validationError, .tableNotFound,
            .unsupportedMediaType,
        ])
    func lasting(code: ErrorCode) { #expect(PendingReply.isWorthKeeping(Refusal(code, "No."))) }
}
