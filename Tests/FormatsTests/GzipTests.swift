import BulkModel
import Formats
import Testing

/// gzip in and out.
@Suite struct GzipTests {
    private static let text = Array(String(repeating: "a line of a file, 12345\n", count: 4000).utf8)

    @Test("what is packed unpacks to the same, whatever the cuts and level", arguments: [1, 2, 6])
    func roundTrip(level: Int) throws {
        let packed = GzipTests.pack(GzipTests.text, level: level)
        #expect(packed.count < GzipTests.text.count / 10)
        for pieces in Pieces.all(packed, seed: 9) {
            #expect(try GzipTests.unpack(pieces) == GzipTests.text)
        }
        #expect(try GzipTests.unpack([GzipTests.pack([], level: level)]) == [])
    }

    @Test("all members are read, a damaged one and what follows the last are errors")
    func members() throws {
        let first = GzipTests.pack(Array("one".utf8))
        let second = GzipTests.pack(Array("two".utf8))
        for pieces in Pieces.all(first + second, seed: 4) {
            #expect(try GzipTests.unpack(pieces) == Array("onetwo".utf8))
        }
        var damaged = first
        damaged[first.count - 6] ^= 1
        for bad in [first + Array("x".utf8), first + [0, 0], damaged + second, Array("no gzip".utf8)] {
            for pieces in Pieces.all(bad, seed: 5) {
                let error = #expect(throws: FormatError.self) { try GzipTests.unpack(pieces) }
                #expect(error?.code == .corrupt || error?.code == .truncated)
            }
            #expect(throws: FormatError.self) { try GzipTests.unpack([bad]) }
        }
    }

    @Test("a stream that ends anywhere before its end is truncated")
    func truncated() {
        let packed = GzipTests.pack(Array("some bytes to pack, some bytes".utf8))
        for count in 0..<packed.count {
            let error = #expect(throws: FormatError.self) {
                try GzipTests.unpack([Array(packed[..<count])])
            }
            #expect(error?.code == .truncated, "cut at \(count)")
        }
    }

    @Test("a stream that expands too much is refused before it fills memory")
    func bombs() throws {
        let packed = GzipTests.pack([UInt8](repeating: 0, count: 20 << 20), level: 6)
        var limits = Limits()
        limits.inflateRatioFreeBytes = 1 << 20
        var inflater = Inflater(limits: limits)
        inflater.take(packed)
        var output: [UInt8] = []
        var total = 0
        do {
            while try inflater.next(into: &output) {
                #expect(output.count <= Inflater.outputBytesMax)
                total += output.count
            }
            Issue.record("the bomb went off")
        } catch {
            #expect(error.code == .expandsTooMuch)
        }
        #expect(total <= 8 << 20)
        limits.inflateRatioMax = 2000
        #expect(try GzipTests.unpack([packed], limits: limits).count == 20 << 20)
        limits.uploadBytesMax = 5 << 20
        let error = #expect(throws: FormatError.self) { try GzipTests.unpack([packed], limits: limits) }
        #expect(error?.code == .tooLarge)
    }

    @Test("the checksum is zlib's, and goes on over pieces")
    func checksum() {
        let bytes = Array("123456789".utf8)
        #expect(Checksum.crc32(bytes) == 0xCBF4_3926)
        #expect(Checksum.crc32(Array(bytes[4...]), seed: Checksum.crc32(Array(bytes[..<4]))) == 0xCBF4_3926)
        #expect(Checksum.crc32([]) == 0)
    }

    private static func pack(_ bytes: [UInt8], level: Int = 2) -> [UInt8] {
        var deflater = Deflater(level: level)
        var packed: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 100_000) {
            deflater.feed(Array(bytes[start..<min(start + 100_000, bytes.count)]), into: &packed)
        }
        deflater.finish(into: &packed)
        return packed
    }

    private static func unpack(
        _ pieces: [[UInt8]], limits: Limits = Limits()
    ) throws(FormatError) -> [UInt8] {
        var inflater = Inflater(limits: limits)
        var output: [UInt8] = []
        for piece in pieces { try inflater.feed(piece, into: &output) }
        try inflater.finish()
        return output
    }
}
