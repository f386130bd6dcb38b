import BulkModel
import Engine
import Formats

/// Segment pages: found by record, replaced from a record on, apart by source.
enum SegmentCases {
    private static func page(_ first: Int, counts: [Int], salt: UInt32 = 0) -> SegmentPage {
        var record = first
        let segments = counts.map { count in
            defer { record += count }
            return Segment(
                origin: Position(record: record, line: record * 2 + 1, byte: record * 100),
                recordCount: count, byteCount: count * 90, checksum: UInt32(record) &+ salt,
                refusal: count == 1 ? .tooLarge : nil)
        }
        return SegmentPage(segments: segments)
    }

    static let all = [
        ConformanceCase("the page that holds a record is found, and none beyond the last") { fixture in
            let id = JobID("a")
            try await fixture.store.insert(Bench.job("a"), activeMax: 2)
            let first = page(1, counts: [100, 1, 50])
            let second = page(152, counts: [7])
            try await fixture.store.save(first, of: id, source: .upload)
            try await fixture.store.save(second, of: id, source: .upload)
            for (record, expected) in [(1, first), (151, first), (152, second), (158, second)] {
                let found = try await fixture.store.segmentPage(holding: record, of: id, source: .upload)
                try expect(found, expected, "page of \(record)")
            }
            try expect(
                try await fixture.store.segmentPage(holding: 159, of: id, source: .upload), nil,
                "beyond the end")
            try expect(
                try await fixture.store.segmentPage(holding: 1, of: id, source: .result), nil, "other source")
        },
        ConformanceCase("a page replaces everything from its first record on; record 1 replaces all") {
            fixture in
            let id = JobID("a")
            let store = fixture.store
            try await store.insert(Bench.job("a"), activeMax: 2)
            for page in [page(1, counts: [10]), page(11, counts: [10]), page(21, counts: [10])] {
                try await store.save(page, of: id, source: .upload)
            }
            let again = page(11, counts: [5], salt: 9)
            try await store.save(again, of: id, source: .upload)
            try expect(
                try await store.segmentPage(holding: 11, of: id, source: .upload), again, "the new page")
            try expect(try await store.segmentPage(holding: 21, of: id, source: .upload), nil, "the old tail")
            let all = page(1, counts: [3], salt: 3)
            try await store.save(all, of: id, source: .upload)
            try expect(try await store.segmentPage(holding: 2, of: id, source: .upload), all, "the only page")
            try expect(try await store.segmentPage(holding: 11, of: id, source: .upload), nil, "the rest")
        },
        ConformanceCase("a page without records holds none, and the first real page replaces it") { fixture in
            let id = JobID("a")
            let store = fixture.store
            try await store.insert(Bench.job("a"), activeMax: 2)
            for empty in [SegmentPage(segments: []), page(1, counts: [0])] {
                try await store.save(empty, of: id, source: .upload)
                try expect(try await store.segmentPage(holding: 1, of: id, source: .upload), nil, "nothing")
            }
            let first = page(1, counts: [2])
            try await store.save(first, of: id, source: .upload)
            try expect(try await store.segmentPage(holding: 2, of: id, source: .upload), first, "the page")
        },
        ConformanceCase("sweeping deletes segments and receipts and keeps the job") { fixture in
            try await SampleTables.fill(fixture)
            let bench = try await Bench(fixture, .insert, "customers", columns: ["email", "name"], read: 2)
            try await fixture.store.save(page(1, counts: [2]), of: bench.job, source: .upload)
            let store = fixture.store
            let id = bench.job
            try await expect(.jobMoved, "sweep of a running job") { () throws(StoreError) in
                try await store.sweep(id)
            }
            try await bench.apply([["a@x.org", "A"], ["ann@x.org", "A"]], isLast: true)
            try await store.sweep(id)
            try expect(try await store.segmentPage(holding: 1, of: id, source: .upload), nil, "the page")
            try expect(try await store.receipts(of: id, from: 1, limit: 9).count, 0, "receipts")
            try expect(try await store.job(id)?.isSwept, true, "swept")
            try expect(try await store.job(id)?.counts.failed, 1, "the counts")
        },
    ]
}
