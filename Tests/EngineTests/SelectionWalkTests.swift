import BulkModel
import Formats
import Planning
import Testing

@testable import Engine

@Suite("Walks of selections")
struct SelectionWalkTests {
    private func job(_ nextRecord: Int, read: Int, _ state: JobState = .inProgress) -> Job {
        var spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: .update, table: "items")
        spec.source = .selection
        var job = Job(id: JobID("j"), spec: spec, state: state, createdAt: Timestamp(unixSeconds: 1))
        job.nextRecord = nextRecord
        job.counts.read = read
        return job
    }

    private func receipt(_ records: ClosedRange<Int>, failing: Set<Int> = []) -> ChunkReceipt {
        var receipt = ChunkReceipt(
            firstRecord: records.lowerBound, actions: ActionRuns(),
            keys: .integers(records.map { Int64($0 * 10) }), faults: [])
        for record in records {
            receipt.actions.append(failing.contains(record) ? .error : .updated)
            guard failing.contains(record) else { continue }
            let place = Position(record: record, line: 0, byte: 0)
            receipt.faults.append(
                RecordFault(
                    index: record - records.lowerBound, fault: Fault(.lockedRecord, at: place, message: "")))
        }
        return receipt
    }

    private func walk(
        _ job: Job, behind record: Int, isResumed: Bool = true, _ options: StreamOptions = StreamOptions()
    ) -> SelectionWalk {
        let place = SelectionPlace(
            job: job, record: record, lastKey: nil, told: JobCounts(), isResumed: isResumed, begunAt: .zero)
        let sizer = ChunkSizer(streamUnder: Limits(), isShared: false, fixedRecords: options.chunkRecords)
        return SelectionWalk(place, options: options, sizer: sizer)
    }

    private func recordsMax(_ walk: SelectionWalk) -> Int? {
        if case .apply(let recordsMax) = walk.step { recordsMax } else { nil }
    }

    @Test("tells the part of a receipt that the reader has not, and nothing of one that it has")
    func tellsParts() throws {
        var walk = walk(job(11, read: 20), behind: 4)
        #expect(try walk.tell(receipt(1...4)) == nil)
        let outcomes = try #require(try walk.tell(receipt(3...6, failing: [4, 6])))
        #expect(outcomes.skippedCount == 2)
        #expect(walk.record == 6)
        #expect(walk.lastKey == .integer(60))
        #expect(walk.counts.failed == 1 && walk.counts.updated == 1)
        #expect(throws: BooksError.self) { try walk.tell(receipt(8...9)) }
    }

    @Test("looks first when it was resumed, and again when it is not where the operation is")
    func looks() throws {
        var walk = walk(job(5, read: 20), behind: 4)
        guard case .look = walk.step else {
            Issue.record("\(walk.step)")
            return
        }
        try walk.see(job(7, read: 20))
        #expect(recordsMax(walk) == nil)
        _ = try walk.tell(receipt(5...6))
        #expect(recordsMax(walk) == 100)
        #expect(throws: BooksError.self) { try walk.see(job(3, read: 20)) }
    }

    @Test("counts only errors of its own time towards the one that stops it")
    func countsFreshErrors() throws {
        var options = StreamOptions()
        options.errorsMax = 3
        var walk = walk(job(5, read: 20), behind: 0, options)
        _ = try walk.tell(receipt(1...4, failing: [1, 2, 3, 4]))
        #expect(walk.chunkOptions.errorsMax == 3)
        _ = try walk.tell(receipt(5...8, failing: [6, 7]))
        #expect(walk.chunkOptions.errorsMax == 1)
        _ = try walk.tell(receipt(9...12, failing: [9, 10]))
        #expect(walk.chunkOptions.errorsMax == 1)
    }

    @Test("asks for one record more where a chunk is just what is left, and for no more than it may")
    func sizesChunks() {
        var options = StreamOptions()
        options.chunkRecords = 10
        #expect(recordsMax(walk(job(1, read: 30), behind: 0, isResumed: false, options)) == 10)
        #expect(recordsMax(walk(job(21, read: 30), behind: 20, isResumed: false, options)) == 11)
        #expect(recordsMax(walk(job(25, read: 30), behind: 24, isResumed: false, options)) == 10)
        options.limit = 27
        #expect(recordsMax(walk(job(25, read: 27), behind: 24, isResumed: false, options)) == 3)
        options.limit = nil
        options.recordsMax = 28
        #expect(recordsMax(walk(job(25, read: 30), behind: 24, isResumed: false, options)) == 4)
        guard case .end = walk(job(29, read: 30), behind: 28, isResumed: false, options).step else {
            Issue.record("goes on behind as many records as it may")
            return
        }
    }

    @Test("ends behind as many records as its limit lets through, and counts no more")
    func limited() throws {
        var options = StreamOptions()
        options.limit = 4
        var walk = walk(job(1, read: 4), behind: 0, isResumed: false, options)
        #expect(recordsMax(walk) == 4)
        // The store thinks of one more, for this chunk was not the last one of the selection.
        _ = try walk.take(AppliedChunk(receipt: receipt(1...4), job: job(5, read: 5)), took: .zero)
        #expect(walk.counts.read == 4)
        guard case .end = walk.step else {
            Issue.record("\(walk.step)")
            return
        }
    }

    @Test("asks for fewer records where their documents are read with them")
    func documents() {
        var options = StreamOptions()
        options.chunkRecords = 5000
        #expect(recordsMax(walk(job(1, read: 9000), behind: 0, isResumed: false, options)) == 5000)
        let place = SelectionPlace(
            job: job(1, read: 9000), record: 0, lastKey: nil, told: JobCounts(), isResumed: false,
            begunAt: .zero)
        let sizer = ChunkSizer(streamUnder: Limits(), isShared: false, fixedRecords: 5000)
        let heavy = SelectionWalk(place, options: options, sizer: sizer, hasDocuments: true)
        #expect(recordsMax(heavy) == 1000)
    }

    @Test("gives up when the operation is said to move and does not")
    func givesUp() throws {
        var walk = walk(job(1, read: 30), behind: 0, isResumed: false)
        for _ in 1...4 {
            #expect(recordsMax(walk) != nil)
            walk.lookAgain()
            try walk.see(job(1, read: 30))
        }
        guard case .refuse(let refusal) = walk.step else {
            Issue.record("\(walk.step)")
            return
        }
        #expect(refusal.issue == "job_moved")
    }

    @Test("does not walk on where a chunk begins with the key that the last one ended with")
    func checksKeys() throws {
        var walk = walk(job(1, read: 20), behind: 0, isResumed: false)
        _ = try walk.take(AppliedChunk(receipt: receipt(1...4), job: job(5, read: 20)), took: .zero)
        var repeated = receipt(5...7)
        repeated.keys = .integers([40, 50, 60])
        #expect(throws: BooksError.self) {
            try walk.take(AppliedChunk(receipt: repeated, job: job(8, read: 20)), took: .zero)
        }
    }

    @Test("does not take what it did not ask for")
    func checksReceipts() {
        var walk = walk(job(5, read: 20), behind: 4, isResumed: false)
        let applied = AppliedChunk(receipt: receipt(6...7), job: job(8, read: 20))
        #expect(throws: BooksError.self) { try walk.take(applied, took: .zero) }
        let short = AppliedChunk(receipt: receipt(5...7), job: job(6, read: 20))
        #expect(throws: BooksError.self) { try walk.take(short, took: .zero) }
    }
}
