import BulkModel
import Engine
import Formats
import Planning
import Synchronization
import Testing

/// A reader of a stream, who may leave in the middle.
final class StreamListener: Sendable {
    /// What was told of one record.
    struct Line: Hashable {
        var number: Int
        var key: String
        var action: RecordAction
        var code: ErrorCode?
    }

    struct State {
        var lines: [Line] = []
        var progress: [StreamProgress] = []
        var summary: StreamSummary?
        var eventCount = 0
    }

    /// What `deliver` throws once the reader has gone.
    struct Gone: Error {}

    let state = Mutex(State())
    /// The event of this number (from 1) is not taken any more; nil: all are.
    private let leavesAt: Int?
    /// Called with each event before it is taken.
    private let before: (@Sendable (StreamEvent) async throws -> Void)?

    init(leavesAt: Int? = nil, before: (@Sendable (StreamEvent) async throws -> Void)? = nil) {
        self.leavesAt = leavesAt
        self.before = before
    }

    var lines: [Line] { state.withLock { $0.lines } }
    var progress: [StreamProgress] { state.withLock { $0.progress } }
    var summary: StreamSummary? { state.withLock { $0.summary } }

    func take(_ event: StreamEvent) async throws {
        try await before?(event)
        try state.withLock { state in
            state.eventCount += 1
            if state.eventCount == leavesAt { throw Gone() }
            #expect(state.summary == nil, "something follows the summary")
            switch event {
            case .outcomes(let outcomes): state.lines += Self.lines(outcomes)
            case .progress(let progress):
                #expect(progress.record == state.lines.last?.number)
                state.progress.append(progress)
            case .summary(let summary): state.summary = summary
            }
        }
    }

    /// Runs the stream; gives what ended it, nil when it came to its summary.
    @discardableResult
    func listen(to stream: OutcomeStream) async -> (any Error)? {
        do {
            try await stream.run { try await self.take($0) }
            return nil
        } catch {
            return error
        }
    }

    private static func lines(_ outcomes: StreamOutcomes) -> [Line] {
        let receipt = outcomes.receipt
        let keys: [String] =
            switch receipt.keys {
            case .none: []
            case .integers(let keys): keys.map { String($0) }
            case .texts(let keys): keys
            }
        #expect(keys.count == receipt.recordCount)
        #expect(receipt.appliedAt != nil)
        let actions = receipt.actions.runs.flatMap { Array(repeating: $0.action, count: $0.count) }
        let lines = actions.enumerated().map { index, action in
            Line(
                number: receipt.firstRecord + index, key: keys[index], action: action,
                code: receipt.faults.first { $0.index == index }?.fault.code)
        }
        return Array(lines.dropFirst(outcomes.skippedCount))
    }
}
