import BulkModel
import Formats
import Testing

/// The fast scanner and its plain twin agree on whatever is thrown at them.
@Suite struct CSVTwinTests {
    @Test(
        "the fast scanner and its plain twin agree on generated inputs",
        arguments: [11, 22, 33, 44] as [UInt64])
    func agree(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<1500 {
            let endsLinesWithCR = Bool.random(using: &generator)
            let header = endsLinesWithCR ? "a,b,c\r" : "a,b,c\n"
            let bytes = Array(header.utf8) + CSVTwinTests.soup(&generator)
            var limits = Limits()
            limits.recordBytesMax = [6, 20, 1 << 20].randomElement(using: &generator) ?? 20
            let twin = PlainCSV(
                delimiter: UInt8(ascii: ","), endsLinesWithCR: endsLinesWithCR, columnCount: 3,
                recordBytesMax: limits.recordBytesMax, bytes: bytes)
            // An LF right after the header's CR would belong to it.
            guard !(endsLinesWithCR && bytes.dropFirst(6).first == 10) else { continue }
            let expected = twin.records(from: 6, line: 2)
            let reading = Reader.read(
                Pieces.random(bytes, &generator), limits: limits,
                segmentRecordsMax: Int.random(in: 1...5, using: &generator),
                chunkSegments: Int.random(in: 1...3, using: &generator))
            #expect(
                reading.records.map(CSVTwinTests.plain) == expected,
                "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    @Test(
        "every cut and segment size gives the same records, on generated inputs",
        arguments: [5, 6] as [UInt64])
    func verified(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            var limits = Limits()
            limits.recordBytesMax = [6, 20, 1 << 20].randomElement(using: &generator) ?? 20
            let header = ["a,b,c\n", "a,b,c\r\n", "a,b,c\r"].randomElement(using: &generator) ?? ""
            _ = Reader.verify(
                Array(header.utf8) + CSVTwinTests.soup(&generator), limits: limits, seed: seed + UInt64(round)
            )
        }
    }

    /// Bytes that mean something in CSV, far denser than in any real file.
    static func soup(_ generator: inout SeededGenerator) -> [UInt8] {
        let words = [
            "\"", "\"\"", ",", "\n", "\r\n", "\r", "x", "long cell of text", ",\"", "\",", "1,2,3\n", "ü",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            bytes.append(contentsOf: (words.randomElement(using: &generator) ?? "").utf8)
        }
        return bytes
    }

    private static func plain(_ record: ReadRecord) -> PlainCSV.Record {
        let isTooLarge = record.fault?.code == .recordTooLarge
        return PlainCSV.Record(
            line: record.position.line, byte: record.position.byte, cells: record.fields,
            issue: isTooLarge ? "too_large" : record.fault?.issue)
    }
}
