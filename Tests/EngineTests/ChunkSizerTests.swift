import BulkModel
import Testing

@testable import Engine

@Suite("Chunk size and back-off")
struct ChunkSizerTests {
    @Test(
        "aims at the target time, at most doubling or halving, within bounds",
        arguments: [
            (2000, 100, 2000), (2000, 50, 4000), (2000, 1, 4000), (2000, 200, 1000), (2000, 5000, 1000),
            (2000, 80, 2500), (500, 100, 1000), (10, 1000, 1000),
        ])
    func adapts(records: Int, milliseconds: Int, expected: Int) {
        var sizer = ChunkSizer(limits: Limits(), target: .milliseconds(100))
        sizer.observe(records: records, took: .milliseconds(milliseconds))
        #expect(sizer.records == expected)
    }

    @Test("stays within the limits however fast or slow")
    func clamps() {
        var sizer = ChunkSizer(limits: Limits(), target: .milliseconds(400))
        for _ in 0..<20 { sizer.observe(records: sizer.records, took: .zero) }
        #expect(sizer.records == 50_000)
        for _ in 0..<20 { sizer.observe(records: sizer.records, took: .seconds(60)) }
        #expect(sizer.records == 100)
    }

    @Test("keeps the size that the caller fixed")
    func keepsFixed() {
        var sizer = ChunkSizer(limits: Limits(), target: .milliseconds(400), fixedRecords: 7)
        sizer.observe(records: 7, took: .microseconds(1))
        #expect(sizer.records == 7)
    }

    @Test("the back-off doubles up to a bound, with jitter between half and the whole")
    func backsOff() {
        var low = Backoff()
        var high = Backoff()
        for step in [50, 100, 200, 400, 800, 1600, 3200, 6400, 6400] {
            #expect(low.fail(random: 0) == .milliseconds(step) / 2)
            let most = high.fail(random: .max)
            #expect(most > .milliseconds(step) * 0.99 && most <= .milliseconds(step))
        }
        low.succeed()
        #expect(low.fail(random: 0) == .milliseconds(25))
    }
}
