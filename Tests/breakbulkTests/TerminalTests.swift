import BulkModel
import Testing

@testable import breakbulk

@Suite("What the terminal shows")
struct TerminalTests {
    private func snapshot(
        _ phase: ProgressSnapshot.Phase, bytes: Int = 0, of bytesTotal: Int? = nil, records: Int = 0,
        recordsOf recordsTotal: Int? = nil, failed: Int = 0, seconds: Int = 0
    ) -> ProgressSnapshot {
        var snapshot = ProgressSnapshot(phase)
        snapshot.bytes = bytes
        snapshot.bytesTotal = bytesTotal
        snapshot.records = records
        snapshot.recordsTotal = recordsTotal
        snapshot.failed = failed
        snapshot.elapsed = .seconds(seconds)
        return snapshot
    }

    @Test("A plain progress line tells share, pace, time left and failures")
    func plainLine() {
        let uploading = snapshot(.uploading, bytes: 50_000_000, of: 200_000_000, seconds: 5)
        #expect(ProgressLine.plain(uploading) == "uploading, 25 %, 10.0 MB/s, ETA 0:15")
        let applying = snapshot(.applying, records: 750_000, recordsOf: 1_000_000, failed: 12, seconds: 6)
        #expect(ProgressLine.plain(applying) == "applying, 75 %, 750,000 records, ETA 0:02, 12 failed")
    }

    @Test("A job that waits says for what, and no time left")
    func waiting() {
        var waiting = snapshot(.applying, records: 250, recordsOf: 1000, seconds: 6)
        waiting.waitsFor = "no room"
        #expect(ProgressLine.plain(waiting) == "applying, 25 %, 250 records, waiting: no room")
    }

    @Test("The bar fills with the share done and never wraps", arguments: [10, 20, 40, 60, 80, 200])
    func barFits(width: Int) {
        let half = snapshot(.applying, records: 500, recordsOf: 1000, failed: 3, seconds: 10)
        #expect(ProgressLine.bar(half, width: width).count <= width)
    }

    @Test("Half done is half a bar")
    func halfBar() {
        let half = snapshot(.applying, records: 500, recordsOf: 1000, seconds: 10)
        #expect(ProgressLine.bar(half, width: 100).hasPrefix("[############------------]  applying  50 %"))
    }

    @Test("Without a known whole there is no bar and no time left")
    func unknownWhole() {
        let line = ProgressLine.bar(snapshot(.uploading, bytes: 2_000_000, seconds: 2), width: 80)
        #expect(line == "uploading  1.0 MB/s")
    }

    @Test(
        "Numbers are grouped",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func grouped(number: Int, text: String) { #expect(Figures.grouped(number) == text) }

    @Test(
        "Bytes have one decimal from a kilobyte on",
        arguments: [
            (0.0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345, "12.3 kB"), (104_900_000, "104.9 MB"),
            (5_000_000_000, "5.0 GB"), (7e12, "7000.0 GB"),
        ])
    func bytes(count: Double, text: String) { #expect(Figures.bytes(count) == text) }

    @Test("Clocks", arguments: [(7, "0:07"), (754, "12:34"), (3723, "1:02:03")])
    func clock(seconds: Int, text: String) { #expect(Figures.clock(seconds) == text) }

    @Test("A table pads all columns but the last")
    func table() {
        #expect(JobTable.aligned([["A", "BB", "C"], ["aaa", "b", "c"]]) == ["A    BB  C", "aaa  b   c"])
    }
}
