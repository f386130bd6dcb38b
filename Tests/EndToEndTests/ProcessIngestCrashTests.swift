import Foundation
import NIOCore
import Testing

@Suite("Streaming ingest through crashes", .serialized, .timeLimit(.minutes(10)))
struct ProcessIngestCrashTests {
    static let records = 4000
    static let kills = 8

    /// A line each, of which every 97th breaks the table's check.
    private static let lines = (1...records).map { id in
        #"{"id": \#(id), "name": "name \#(id)", "amount": \#(id % 97 == 0 ? -1 : 5)}"# + "\n"
    }

    /// Sends the body's first lines and leaves it open; the server is killed once it has told of the record `last`.
    private func cut(
        _ server: ServerProcess, _ client: BulkClient, lines count: Int, at last: Int, behind cursor: String?
    ) async throws -> OutcomeStreamAnswer {
        let (pieces, feed) = AsyncStream.makeStream(of: ByteBuffer.self)
        feed.yield(ByteBuffer(string: Self.lines[..<count].joined()))
        defer { feed.finish() }
        let process = server.process.processIdentifier
        return try await client.ingest(pieces, table: "items", query: query(cursor)) { line in
            if line.record ?? 0 >= last { Foundation.kill(process, SIGKILL) }
        }
    }

    private func whole(_ client: BulkClient, behind cursor: String?) async throws -> OutcomeStreamAnswer {
        try await client.process(
            Self.lines.joined(), table: "items", query: query(cursor),
            headers: ["Content-Type": "application/x-ndjson"])
    }

    private func query(_ cursor: String?) -> String {
        // Letters and digits need no escape.
        let escaped = cursor?.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        return "?operation=insert&batchSize=50" + (escaped.map { "&resumeFrom=\($0)" } ?? "")
    }

    @Test(
        "kill -9 in the middle of an NDJSON body: the same body again from the last cursor tells every record once",
        arguments: DatabaseKind.allCases)
    func killed(on kind: DatabaseKind) async throws {
        let bench = try await TestBench(on: kind)
        var server = try await bench.start()
        var told: [OutcomeLine] = []
        var (cursor, first): (String?, String?) = (nil, nil)
        for turn in 1...Self.kills {
            let sent = Self.records * turn / (Self.kills + 1)
            let last = Int.random(in: (told.last?.record ?? 0) + 1...sent)
            let answer = try await cut(
                server, bench.client(server), lines: sent, at: last, behind: cursor)
            #expect(answer.status == 200 && !answer.isWhole && answer.summary == nil, "\(answer.text)")
            let kept = try #require(answer.kept)
            told += kept.outcomes
            cursor = kept.cursor
            first = first ?? answer.metadata?.cursor
            server.kill()
            server = try await bench.start()
        }
        let rest = try await whole(bench.client(server), behind: cursor)
        #expect(rest.isWhole, "\(rest.text)")
        told += rest.outcomes
        expectAllOnce(told)
        #expect(rest.summary?.processed == Self.records)
        #expect(rest.summary?.errors == Self.records / 97)
        let done = told.filter { $0.type == "success" }.compactMap(\.recordId)
        let stored = try await bench.rows("SELECT id FROM items ORDER BY id")
        let isStoredAsTold = stored == done
        #expect(isStoredAsTold, "\(stored.count) rows, \(done.count) successes")
        // The cursor of the first metadata line stands before the first record.
        let again = try await whole(bench.client(server), behind: first)
        #expect(again.isWhole)
        let isToldAgain =
            again.outcomes.map(\.record) == told.map(\.record)
            && again.outcomes.map(\.type) == told.map(\.type)
        #expect(isToldAgain, "\(again.outcomes.count) outcomes")
    }

    private func expectAllOnce(_ told: [OutcomeLine]) {
        let isEveryRecordThereOnce = told.compactMap(\.record) == Array(1...Self.records)
        #expect(isEveryRecordThereOnce, "\(told.count) outcomes")
    }
}
