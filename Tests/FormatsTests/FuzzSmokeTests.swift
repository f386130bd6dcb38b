import BulkModel
import Formats
import Foundation
import Testing

/// A short run of what `Fuzz` does at length: its seeds, mutated, must neither crash nor disagree with
/// themselves.
@Suite struct FuzzSmokeTests {
    /// The seeds of `FuzzRecords`: a byte for the format and one that is of no use here, then the input.
    private static func seeds() throws -> [(format: ContentFormat, bytes: [UInt8])] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fuzz/seeds/FuzzRecords").standardizedFileURL
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            let bytes = try Array(Data(contentsOf: folder.appendingPathComponent(name)))
            let format: ContentFormat =
                switch bytes.first {
                case UInt8(ascii: "j"): .json
                case UInt8(ascii: "n"): .ndjson
                default: .csv
                }
            return (format, Array(bytes.dropFirst(2)))
        }
    }

    @Test("every seed reads the same however it is cut")
    func seedsVerified() throws {
        let seeds = try Self.seeds()
        #expect(!seeds.isEmpty)
        for seed in seeds {
            for recordBytesMax in [8, 64, 1 << 20] {
                var limits = Limits()
                limits.recordBytesMax = recordBytesMax
                _ = Reader.verify(seed.bytes, format: seed.format, limits: limits)
            }
        }
    }

    @Test("mutated inputs neither crash a decoder nor make it disagree with itself")
    func smoke() throws {
        let seeds = try Self.seeds()
        let seed: UInt64 = 20_260_129
        print("fuzz smoke seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<2000 {
            guard let (format, input) = seeds.randomElement(using: &generator) else { continue }
            let bytes = FuzzSmokeTests.mutate(input, &generator)
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
