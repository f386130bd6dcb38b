import BulkModel
import Engine
import Formats
import Testing

@Suite("What is stored as bytes reads back the same")
struct EncodingTests {
    static let keys: [GeneratedKeys] = [
        .none, .integers([]), .integers([1]), .integers(Array(1...5000)),
        .integers([5, 3, 9, 9, Int64.max, Int64.min]),
        .texts(["a", "", "č"]),
    ]

    @Test("generated keys", arguments: keys)
    func generatedKeys(_ keys: GeneratedKeys) throws {
        try #expect(ReceiptCodec.keys(ReceiptCodec.encode(keys)) == keys)
    }

    @Test("consecutive keys take a few bytes however many they are")
    func compactKeys() {
        #expect(ReceiptCodec.encode(.integers(Array(1_000_000...1_050_000))).count < 16)
    }

    @Test("action runs")
    func actionRuns() throws {
        var actions = ActionRuns()
        for (place, action) in RecordAction.allCases.enumerated() {
            actions.append(action, count: 1 << (place * 4))
        }
        try #expect(ReceiptCodec.actions(ReceiptCodec.encode(actions)) == actions)
        try #expect(ReceiptCodec.actions([]) == ActionRuns())
    }

    @Test("segments, also with gaps between them")
    func segments() throws {
        let page = SegmentPage(segments: [
            Segment(
                origin: Position(record: 1, line: 2, byte: 30), recordCount: 100, byteCount: 9000, checksum: 7
            ),
            Segment(
                origin: Position(record: 101, line: 150, byte: 9032), recordCount: 1, byteCount: 1 << 33,
                checksum: .max, refusal: .tooLarge),
            Segment(
                origin: Position(record: 102, line: 151, byte: 1 << 34), recordCount: 0, byteCount: 0,
                checksum: 0),
        ])
        try #expect(SegmentCodec.page(SegmentCodec.encode(page)) == page)
    }

    @Test("cut or random bytes are an error and no crash")
    func damaged() {
        let whole = ReceiptCodec.encode(.texts(["abc", "def"]))
        for length in 1..<whole.count {
            #expect(throws: StoreError.self) { try ReceiptCodec.keys(Array(whole.prefix(length))) }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? ReceiptCodec.actions(bytes)
            _ = try? SegmentCodec.page(bytes)
        }
    }
}
