import BulkModel
import Engine
import Formats
import Planning

/// Writes what a stream tells as lines (spec 000, "Result Types"), and knows how far the reader has been told.
struct StreamTeller {
    private let stream: OutcomeStream
    private let style: LineStyle
    private let cursors: StreamCursors
    private var writer = JSONWriter()
    /// Number (from 1) of the last record that the reader was told of, in this stream or before it.
    private(set) var told: Int

    /// One write to the connection, in bytes.
    private static let pieceBytes = 64 << 10
    /// A line can be longer than what is left of a piece.
    private static let pieceCapacity = 68 << 10

    init(_ stream: OutcomeStream, cursors: StreamCursors) {
        self.stream = stream
        self.cursors = cursors
        style = LineStyle(stream)
        told = stream.behind
    }

    /// The first line.
    mutating func begin(to sink: ByteSink) async throws {
        writer.literal("{\"type\":\"metadata\"")
        writer.member(",\"operationId\":", style.job.text)
        if stream.isResumed {
            writer.literal(",\"resumed\":true")
            writer.member(",\"cursor\":", cursor)
            count(",\"remainingRecords\":", stream.recordCount)
            writer.member(",\"operation\":", style.operation)
        } else {
            writer.member(",\"operation\":", style.operation)
            count(",\"totalRecords\":", stream.recordCount)
            writer.member(",\"cursor\":", cursor)
        }
        writer.endLine(style)
        try await flush(to: sink)
    }

    /// The lines of one event; throws `OutcomeLines.Unfit` before it writes any line of such outcomes.
    mutating func tell(_ event: StreamEvent, to sink: ByteSink) async throws {
        switch event {
        case .outcomes(let outcomes):
            var lines = try OutcomeLines(outcomes, style)
            writer.bytes.reserveCapacity(Self.pieceCapacity)
            while lines.fill(&writer, upTo: Self.pieceBytes) {
                try await flush(to: sink)
                writer.bytes.reserveCapacity(Self.pieceCapacity)
            }
            try await flush(to: sink)
            told = max(told, outcomes.receipt.records.upperBound - 1)
        case .progress(let progress):
            write(progress)
            try await flush(to: sink)
        case .summary(let summary):
            write(summary)
            try await flush(to: sink)
        }
    }

    /// The last line of a stream that cannot go on: what the reader has is true, the cursor leads behind it.
    mutating func fail(_ refusal: Refusal, to sink: ByteSink) async throws {
        writer.literal("{\"type\":\"error\"")
        writer.member(",\"error\":", refusal.code.rawValue)
        writer.member(",\"message\":", refusal.message)
        writer.literal(refusal.code.isRetryable ? ",\"retryable\":true" : ",\"retryable\":false")
        writer.member(",\"issue\":", refusal.issue)
        writer.member(",\"cursor\":", cursor)
        writer.endLine(style)
        try await flush(to: sink)
    }

    private var cursor: String { cursors.make(style.job, behind: told) }

    private mutating func write(_ progress: StreamProgress) {
        writer.literal("{\"type\":\"progress\"")
        counts(progress.counts, stops: 0)
        writer.member(",\"cursor\":", cursors.make(style.job, behind: progress.record))
        count(",\"percentComplete\":", progress.percentage)
        writer.literal(",\"estimatedTimeRemaining\":")
        writer.value(progress.secondsRemaining.map { .string(ISODuration.text(estimate: $0)) } ?? .null)
        writer.literal(",\"processingRate\":")
        writer.value(progress.recordsPerSecond.map(Self.rate) ?? .null)
        writer.endLine(style)
    }

    private mutating func write(_ summary: StreamSummary) {
        var errors = summary.job.errorCounts
        if let stop = summary.stop {
            writer.errorLine(stop.fault.fault, number: told + 1, style) { $0.key(stop.key) }
            errors[stop.fault.fault.code, default: 0] += 1
        }
        writer.literal("{\"type\":\"summary\"")
        counts(summary.job.counts, stops: summary.stop == nil ? 0 : 1)
        if !errors.isEmpty {
            writer.literal(",\"errorBreakdown\":")
            let sorted = errors.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            writer.value(.object(sorted.map { .init($0.key.rawValue, .integer(Int64($0.value))) }))
        }
        if summary.stop != nil {
            writer.literal(",\"stoppedEarly\":true")
            writer.member(",\"cursor\":", cursor)
        }
        writer.member(",\"duration\":", ISODuration.text(summary.duration))
        writer.member(",\"durationMs\":", Int(summary.duration / .milliseconds(1)))
        writer.endLine(style)
    }

    /// `stops` is 1 when an error was told that nobody has counted.
    private mutating func counts(_ counts: JobCounts, stops: Int) {
        writer.member(",\"processed\":", counts.processed + stops)
        writer.member(",\"successful\":", counts.succeeded)
        writer.member(",\"errors\":", counts.failed + stops)
    }

    private mutating func count(_ name: StaticString, _ number: Int?) {
        writer.literal(name)
        writer.value(number.map { .integer(Int64($0)) } ?? .null)
    }

    /// Whole from 10 records a second on, with one decimal below.
    private static func rate(_ perSecond: Double) -> JSONValue {
        guard perSecond.isFinite, perSecond < 1e15 else { return .null }
        let tenths = Int64((max(0, perSecond) * 10).rounded())
        let isWhole = tenths >= 100 || tenths % 10 == 0
        return isWhole
            ? .integer(Int64(max(0, perSecond).rounded())) : .number("\(tenths / 10).\(tenths % 10)")
    }

    private mutating func flush(to sink: ByteSink) async throws {
        guard !writer.bytes.isEmpty else { return }
        try await sink(writer.take())
    }
}
