import Testing

/// A client that keeps the outcomes up to each cursor and goes on from the last one, however its streams end.
struct StreamFollower {
    /// The request that begins the operation.
    var request = OrderBench.toProcessing(#", "options": {"batchSize": 50}"#)
    private(set) var outcomes: [OutcomeLine] = []
    private(set) var cursor: String?
    private(set) var summary: OutcomeLine?
    private var hasBegun = false

    /// True when the beginning was cut before its first cursor: nobody can go on with it then.
    var isLost: Bool { hasBegun && cursor == nil && summary == nil }

    /// Begins, or goes on from the last cursor; keeps what stands before the newest one.
    @discardableResult
    mutating func next(_ client: BulkClient, linesMax: Int = .max) async throws -> OutcomeStreamAnswer {
        hasBegun = true
        let answer =
            if let cursor { try await client.resume(cursor, linesMax: linesMax) } else {
                try await client.process(request, linesMax: linesMax)
            }
        guard answer.status == 200 else { throw Refused(status: answer.status, text: answer.text) }
        if let summary = answer.summary {
            self.summary = summary
            outcomes += answer.outcomes
        } else if let kept = answer.kept {
            outcomes += kept.outcomes
            cursor = kept.cursor
        }
        return answer
    }

    struct Refused: Error {
        var status: Int
        var text: String
    }

    /// As `next`; nil when the request itself was cut, or refused for the moment.
    @discardableResult
    mutating func nextUnlessCut(_ client: BulkClient) async throws -> OutcomeStreamAnswer? {
        do {
            return try await next(client)
        } catch let late as Patience.Ended {
            throw late
        } catch let refused as Refused where refused.status != 503 {
            throw refused
        } catch {
            return nil
        }
    }

    /// Goes on until a summary comes, with a rest where a client would take one; `onAnswer` sees each answer.
    mutating func finish(
        _ client: BulkClient, onAnswer: (OutcomeStreamAnswer) -> Void = { _ in }
    ) async throws {
        var triesLeft = Self.triesMax
        while summary == nil, !isLost {
            triesLeft -= 1
            guard triesLeft > 0 else { throw Endless(outcomes: outcomes.count) }
            if let answer = try await nextUnlessCut(client) {
                onAnswer(answer)
            } else {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Streams that one operation may take.
    static let triesMax = 200

    /// An operation does not come to its end.
    struct Endless: Error {
        var outcomes: Int
    }

    /// Every record told once and in order, and the table as the outcomes say.
    func expectAgreement(_ orders: OrderBench, records: Int) async throws {
        let isEveryRecordThereOnce = outcomes.compactMap(\.recordId) == (0..<records).map(OrderBench.id)
        #expect(isEveryRecordThereOnce, "\(outcomes.count) outcomes")
        let done = outcomes.filter { $0.type == "success" }.compactMap(\.recordId)
        let stored = try await orders.rows("SELECT id FROM orders WHERE status = 'PROCESSING' ORDER BY id")
        let isStoredAsTold = stored == done
        #expect(isStoredAsTold, "\(stored.count) rows, \(done.count) successes")
        #expect(summary?.processed == records)
        #expect(summary?.successful == done.count)
        #expect(summary?.errors == records - done.count)
    }
}
