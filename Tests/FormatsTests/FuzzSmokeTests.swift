import BulkModel
import Formats
import Testing

/// A short run of what `Fuzz` does at length: corpus inputs, mutated, must neither crash nor disagree with
/// themselves.
@Suite struct FuzzSmokeTests {
    private static let corpus: [(ContentFormat, String)] = [
        (.csv, "\u{FEFF}a,b,c\r\n1,\"x\r\ny\",3\r\n\"q\"\"q\",,\r\n"), (.csv, "a;b\n1;2\n\n3;\"4\n"),
        (.csv, "a\tb\r1\t2\r"),
        (.json, "[{\"a\":1,\"b\":\"\\ud83d\\ude00\"},\n{\"c\":[1,{\"x\":null}]}]\n"),
        (.json, "[\n{\"a\":\"x\n\"},\n{\"b\":2}\n]"),
        (.ndjson, "{\"a\":1.5e3}\n\n{\"b\":\"\\u0041\\n\",\"_x\":{}}\r\n{\"c\":true}"),
    ]

    @Test("mutated inputs neither crash a decoder nor make it disagree with itself")
    func smoke() {
        let seed: UInt64 = 20_260_129
        print("fuzz smoke seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<2000 {
            guard let (format, text) = FuzzSmokeTests.corpus.randomElement(using: &generator) else {
                continue
            }
            let bytes = FuzzSmokeTests.mutate(Array(text.utf8), &generator)
            var limits = Limits()
            limits.recordBytesMax = Int.random(in: 4...64, using: &generator)
            let whole = Reader.read(
                [bytes], format: format, limits: limits, segmentRecordsMax: 1000, chunkSegments: 1000)
            let pieces = Reader.read(
                Pieces.random(bytes, &generator), format: format, limits: limits, segmentRecordsMax: 2)
            #expect(whole == pieces, "round \(round) of seed \(seed): \(bytes)")
            _ = try? JSONParser.parse(bytes, limits: limits)  // Only a crash would be wrong here.
        }
    }

    @Test("mutated gzip streams end in an error or in bytes, never in a crash")
    func gzip() {
        var generator = SeededGenerator(seed: 4)
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(Array("some text, some more text, and more".utf8), into: &packed)
        deflater.finish(into: &packed)
        for _ in 0..<500 {
            var inflater = Inflater(limits: Limits())
            var output: [UInt8] = []
            do {
                try inflater.feed(FuzzSmokeTests.mutate(packed, &generator), into: &output)
                try inflater.finish()
            } catch {
                #expect(!error.message.isEmpty)
            }
            #expect(output.count < 1 << 20)
        }
    }

    private static func mutate(_ input: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = input
        let special = Array("\",;\n\r\\{}[]:\u{0}".utf8) + [0xFF, 0xEF, 0xC3]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = special.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            case 2: bytes.remove(at: index)
            case 3: bytes.removeSubrange(index...)
            default: bytes.insert(contentsOf: bytes[index...], at: index)
            }
        }
        return bytes
    }
}
