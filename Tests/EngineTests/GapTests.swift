import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Outcomes with gaps")
struct GapTests {
    /// Forty records, of which the fifth of every ten fails; 1-10 and 21-30 have outcomes.
    private func gapped(_ format: ContentFormat = .csv) async throws -> (Nodes, Job) {
        let nodes = try Nodes(2)
        let lines = (1...40).map { format == .csv ? Self.line($0) : Self.object($0) }
        let text = (format == .csv ? "id,name\n" : "") + lines.joined()
        let job = try await nodes.first.closedJob(text, format: format, chunkRecords: 10)
        #expect(await nodes.worker().takeTurn())
        let node = try #require(nodes.first.node)
        for first in [11, 21] {
            #expect(try await node.cut(first..<first + 10, of: job.id, openMax: 8))
        }
        let left = try #require(try await node.lease(job.id))
        let done = try #require(try await node.lease(job.id))
        #expect(done.records == 21..<31)
        try await nodes.worker().process(done)
        await left.release()
        nodes.checkBooks(job)
        return (nodes, job)
    }

    private static func line(_ number: Int) -> String { number % 10 == 5 ? "\(number),\n" : "\(number),n\n" }

    private static func object(_ number: Int) -> String {
        number % 10 == 5 ? "{\"id\":\(number)}\n" : "{\"id\":\(number),\"name\":\"n\"}\n"
    }

    private static let failed = [5, 25]
    private static let successful = Array(1...10).filter { $0 != 5 } + Array(21...30).filter { $0 != 25 }
    private static let unprocessed = Array(11...20) + Array(31...40)

    private static func expected(_ part: ResultRequest.Part) -> [Int] {
        switch part {
        case .all: Array(1...40)
        case .failed: failed
        case .successful: successful
        case .unprocessed: unprocessed
        }
    }

    /// Numbers and states of the records shown.
    private func shown(
        _ job: Job, _ request: ResultRequest, on nodes: Nodes
    ) async throws -> [(number: Int, status: String)] {
        let text = try await nodes.first.results(job, request)
        if request.format == .csv {
            return text.split(separator: "\n").dropFirst().map { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return (Int(cells[2]) ?? 0, String(cells[3]))
            }
        }
        let records = try JSONParser.parse(Array(text.utf8), limits: Limits()).array ?? []
        return records.map { record in
            (Int(record["_record"]?.integer ?? 0), record["_status"]?.string ?? "")
        }
    }

    private func status(of record: Int) -> String {
        if Self.failed.contains(record) { return "error" }
        return Self.unprocessed.contains(record) ? "unprocessed" : "success"
    }

    @Test(
        "of an ended job are unprocessed records, in every part, format and page",
        arguments: ResultRequest.Part.allCases, [ContentFormat.csv, .json])
    func showsGaps(part: ResultRequest.Part, format: ContentFormat) async throws {
        let (nodes, job) = try await gapped(format == .csv ? .csv : .ndjson)
        _ = try await nodes.first.engine.abort(job.id, by: nodes.first.caller)
        let ended = nodes.first.stored(job)
        #expect(ended.counts.unprocessed == 20)
        #expect(ended.nextRecord == 11)
        let expected = Self.expected(part)
        let whole = ResultRequest(part: part, format: format)
        let all = try await shown(job, whole, on: nodes)
        #expect(all.map(\.number) == expected)
        #expect(all.map(\.status) == expected.map(status))
        let stream = try await nodes.first.engine.results(of: job.id, for: nodes.first.caller, whole)
        #expect(stream.recordCount == expected.count)
        for size in [1, 3, 7, 10, 11, 40] {
            var next: Int? = 1
            var paged: [Int] = []
            while let first = next {
                let request = ResultRequest(part: part, format: format, firstRecord: first, recordsMax: size)
                let page = try await shown(job, request, on: nodes)
                #expect(page.map(\.status) == page.map { status(of: $0.number) })
                let stream = try await nodes.first.engine.results(
                    of: job.id, for: nodes.first.caller, request)
                #expect(stream.recordCount == page.count)
                #expect(page.count == min(size, expected.count - paged.count))
                paged += page.map(\.number)
                next = stream.nextRecord
            }
            #expect(paged == expected, "pages of \(size)")
        }
        for first in 1...41 {
            let request = ResultRequest(part: part, format: format, firstRecord: first)
            #expect(try await shown(job, request, on: nodes).map(\.number) == expected.filter { $0 >= first })
        }
    }

    @Test("of a running job show outcomes up to the checkpoint; unprocessed has none with an outcome")
    func showsRunning() async throws {
        let (nodes, job) = try await gapped()
        #expect(nodes.first.stored(job).state == .inProgress)
        let cases: [(ResultRequest.Part, [Int])] = [
            (.all, Array(1...10)), (.failed, [5]), (.successful, Array(1...10).filter { $0 != 5 }),
            (.unprocessed, Self.unprocessed),
        ]
        for (part, expected) in cases {
            let request = ResultRequest(part: part, format: .csv)
            #expect(try await shown(job, request, on: nodes).map(\.number) == expected)
            let paged = ResultRequest(part: part, format: .csv, firstRecord: 4, recordsMax: 9)
            let page = try await shown(job, paged, on: nodes).map(\.number)
            #expect(page == Array(expected.filter { $0 >= 4 }.prefix(9)))
        }
        // A node that joins finds outcomes beyond the checkpoint.
        while await nodes.worker(1).takeTurn() {}
        #expect(nodes.first.stored(job).state == .jobComplete)
        let all = try await shown(job, ResultRequest(format: .csv), on: nodes)
        #expect(all.map(\.number) == Array(1...40))
        nodes.checkBooks(job)
    }

    @Test("chunks may commit in any order; the checkpoint is the first record that is in none")
    func commitsInAnyOrder() async throws {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let nodes = try Nodes(1)
            let job = try await nodes.first.closedJob(EngineFixture.csv(40), chunkRecords: 10)
            #expect(await nodes.worker().takeTurn())
            let node = try #require(nodes.first.node)
            var leases: [any ChunkLease] = []
            for first in [11, 21, 31] {
                #expect(try await node.cut(first..<first + 10, of: job.id, openMax: 8))
                leases.append(try #require(try await node.lease(job.id)))
            }
            for index in order {
                try await nodes.worker().process(leases[index])
                nodes.checkBooks(job)
            }
            #expect(nodes.first.stored(job).state == .jobComplete)
            #expect(nodes.first.stored(job).counts.created == 40)
        }
    }

    @Test("a receipt that is missing before the checkpoint is an error, not a gap")
    func tellsLossFromGaps() async throws {
        let (nodes, job) = try await gapped()
        _ = try await nodes.first.engine.abort(job.id, by: nodes.first.caller)
        nodes.store.state.withLock { _ = $0.receipts[job.id]?.removeFirst() }
        await #expect(throws: Refusal.self) { try await nodes.first.results(job) }
    }
}
