import BulkModel
import Formats

/// One bulk-process from request to report, with its cursor kept at every step.
struct ProcessRun {
    let desk: ServerDesk
    let request: ProcessRequest
    let display: ProgressDisplay
    let cursorFile: CursorFile
    let errorLog: ErrorLog?
    /// Lines go to standard output as they are.
    let passesThrough: Bool

    private static let clock = ContinuousClock()

    /// Throws when the stream was refused, or cut before its summary.
    func run() async throws(CommandFailure) -> ProcessReport {
        defer { display.end() }
        let begin = Self.clock.now
        var tally = ProcessTally()
        var splitter = LineSplitter()
        display.begin(.processing)
        do throws(CommandFailure) {
            try await desk.process(request.body, table: request.table) { bytes throws(CommandFailure) in
                try splitter.take(bytes) { line throws(CommandFailure) in try take(line, &tally) }
                show(tally)
            }
        } catch {
            guard !tally.operationID.isEmpty else { throw error }
            throw cut(tally, cause: error)
        }
        guard let summary = tally.summary else { throw cut(tally, cause: nil) }
        try errorLog?.flush()
        if !summary.isStoppedEarly { cursorFile.remove() }
        return ProcessReport(
            tally: tally, summary: summary, elapsed: begin.duration(to: Self.clock.now),
            errorsFile: errorLog?.path, kept: errorLog?.written ?? ErrorLog.Count(),
            resumeCommand: resumeCommand)
    }

    private func take(_ line: ArraySlice<UInt8>, _ tally: inout ProcessTally) throws(CommandFailure) {
        if passesThrough { Console.put(Array(line) + [UInt8(ascii: "\n")]) }
        let known = tally.cursor
        guard let value = Self.value(line), let kind = tally.take(value) else {
            throw CommandFailure(
                .refused, "The server sent a line that cannot be read; is it a Breakbulk server?",
                details: [String(decoding: line.prefix(200), as: UTF8.self)])
        }
        switch kind {
        case .failure: errorLog?.add(line, isRetryable: value["retryable"]?.bool ?? false)
        // The record that stopped it lies behind the cursor: who resumes is told of it again.
        case .summary where tally.summary?.isStoppedEarly == true: errorLog?.drop()
        case .metadata, .success, .progress, .fault, .summary: break
        }
        if let cursor = tally.cursor, cursor != known {
            // The errors first: a crash in between writes some of them twice, never none.
            try errorLog?.flush()
            try cursorFile.save(cursor)
        }
        // Behind the cursor: from here on the server has the ids that the file may have held.
        if kind == .metadata { try errorLog?.begin() }
    }

    private func show(_ tally: ProcessTally) {
        display.update { snapshot in
            snapshot.records = tally.told
            snapshot.recordsTotal = tally.total
            snapshot.failed = tally.failed
        }
    }

    private static func value(_ line: ArraySlice<UInt8>) -> JSONValue? {
        // The caller says what cannot be read; there is nothing more in the error.
        try? JSONParser.parse(Array(line), limits: Limits())
    }

    private func cut(_ tally: ProcessTally, cause: CommandFailure?) -> CommandFailure {
        let reasons = [tally.fault?.text, cause?.message].compactMap { $0 }
        let advice =
            tally.cursor == nil
            ? "It was cut before its first checkpoint: run it again." : "Go on with: \(resumeCommand)"
        return CommandFailure(
            .refused,
            "The stream was cut after \(Figures.counted(tally.told, "record")), before its summary; "
                + "what it told is done.",
            details: reasons + [advice])
    }

    private var resumeCommand: String {
        "breakbulk process \(request.table) --resume --server \(desk.address.typed)"
    }
}
