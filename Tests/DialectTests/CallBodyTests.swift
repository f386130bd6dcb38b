import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Bodies of requests") struct CallBodyTests {
    /// A body that comes in pieces, and may end before its end.
    private struct Body: AsyncSequence, Sendable {
        var pieces: [[UInt8]]
        var isCut = false

        struct Cut: Error {}

        struct AsyncIterator: AsyncIteratorProtocol {
            var pieces: [[UInt8]]
            var isCut: Bool

            mutating func next() async throws -> [UInt8]? {
                guard pieces.isEmpty else { return pieces.removeFirst() }
                if isCut { throw Cut() }
                return nil
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: pieces, isCut: isCut) }
    }

    private func call(
        _ pieces: [[UInt8]], encoding: String? = nil, limits: Limits = Limits(), isCut: Bool = false
    ) -> Call {
        Call(
            method: .post, path: "/",
            headers: HeaderFields(encoding.map { [("content-encoding", $0)] } ?? []),
            body: Body(pieces: pieces, isCut: isCut), baseURL: "", requestID: "r", limits: limits)
    }

    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(bytes, into: &packed)
        deflater.finish(into: &packed)
        return packed
    }

    private func refusal(_ call: Call) async -> Refusal? {
        do throws(Refusal) {
            _ = try await call.bytes()
            return nil
        } catch {
            return error
        }
    }

    @Test("a body is the same packed and plain, however it is cut into pieces", arguments: [1, 7, 1000])
    func pieces(size: Int) async throws {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        for (body, encoding) in [(bytes, nil), (bytes, "identity"), (Self.gzip(bytes), "gzip")] {
            let pieces = stride(from: 0, to: body.count, by: size).map {
                Array(body[$0..<min($0 + size, body.count)])
            }
            #expect(try await call(pieces, encoding: encoding).bytes() == bytes)
        }
    }

    @Test("packed JSON is read as JSON")
    func json() async throws {
        let packed = Self.gzip(Array(#"{"a": 1}"#.utf8))
        #expect(try await call([packed], encoding: "gzip").json() == ["a": 1])
    }

    @Test(
        "one layer of gzip is all that is taken",
        arguments: ["gzip, gzip", "gzip,identity", "br", "deflate", "gzip gzip2"])
    func encodings(encoding: String) async {
        #expect(await refusal(call([[1]], encoding: encoding))?.code == .unsupportedMediaType)
    }

    @Test("a body over request_bytes is refused, plain and unpacked")
    func tooLarge() async throws {
        var limits = Limits()
        limits.requestBytesMax = 1000
        let bytes = [UInt8](repeating: 7, count: 1001)
        #expect(await refusal(call([bytes], limits: limits))?.issue == "request_bytes")
        let packed = await refusal(call([Self.gzip(bytes)], encoding: "gzip", limits: limits))
        #expect(packed?.code == .payloadTooLarge)
        #expect(packed?.issue == "request_bytes")
        #expect(try await call([Array(bytes.dropLast())], limits: limits).bytes().count == 1000)
    }

    @Test("a bomb is given up at the ratio, long before it is unpacked")
    func bomb() async {
        var limits = Limits()
        limits.inflateRatioFreeBytes = 100_000
        limits.inflateRatioMax = 100
        let bomb = Self.gzip([UInt8](repeating: 0, count: 10_000_000))
        let refusal = await refusal(call([bomb], encoding: "gzip", limits: limits))
        #expect(refusal?.code == .payloadTooLarge)
        #expect(refusal?.issue == "inflate_ratio")
    }

    @Test("a damaged, cut or foreign gzip body is refused")
    func damaged() async {
        let packed = Self.gzip(Array("hello, hello, hello".utf8))
        var damaged = packed
        damaged[damaged.count - 6] ^= 1
        #expect(await refusal(call([damaged], encoding: "gzip"))?.code == .invalidRequest)
        #expect(await refusal(call([packed.dropLast(3)], encoding: "gzip"))?.code == .uploadIncomplete)
        #expect(await refusal(call([Array("{}".utf8)], encoding: "gzip"))?.code == .invalidRequest)
        #expect(await refusal(call([packed + [1, 2]], encoding: "gzip"))?.code == .invalidRequest)
        #expect(await refusal(call([], encoding: "gzip"))?.code == .uploadIncomplete)
    }

    @Test("a body that ends before its end is refused")
    func cut() async {
        #expect(await refusal(call([[1]], isCut: true))?.code == .uploadIncomplete)
    }
}
