import BulkModel
import Engine
import Formats

/// One load from file to report: create, upload, close, wait, look at what failed.
struct LoadRun {
    let desk: any JobDesk
    let request: JobRequest
    let file: InputFile
    let display: ProgressDisplay
    /// Nil: waits for ever.
    let timeout: Duration?
    /// Where the failed records go; nil for nowhere.
    let failedPath: String?

    private static let clock = ContinuousClock()

    func run() async throws(CommandFailure) -> LoadReport {
        defer { display.end() }
        let begin = Self.clock.now
        let created = try await desk.create(request)
        display.begin(.uploading, bytesTotal: file.byteCount)
        try await desk.upload(file, to: created.id, showing: display)
        let sentBytes = display.bytes
        try await desk.close(created.id)
        let job = try await JobWatch(desk: desk, display: display).wait(
            for: created.id, until: timeout.map { begin + $0 })
        let elapsed = begin.duration(to: Self.clock.now)
        var report = LoadReport(
            job: job, bytes: file.byteCount ?? sentBytes, elapsed: elapsed,
            watchCommand: desk.watchCommand(for: job.id))
        guard job.state.isTerminal else { return report }
        if job.counts.failed > 0 { report.failures = try await firstFailures(of: job.id) }
        if let failedPath, job.counts.failed > 0 {
            try await ResultDownload(desk: desk, job: job.id, part: .failed, format: nil).save(to: failedPath)
            report.failedFile = failedPath
        }
        return report
    }

    private func firstFailures(of job: String) async throws(CommandFailure) -> [FailedRecord] {
        let bytes = try await ResultDownload(desk: desk, job: job, part: .failed, format: .json)
            .collect(recordsMax: FailedRecord.shownMax)
        var failures: [FailedRecord]
        do {
            failures = FailedRecord.list(try JSONParser.parse(bytes, limits: Limits()))
        } catch {
            throw CommandFailure(.refused, "The list of failed records cannot be read: \(error.message)")
        }
        let lines = await RecordLines.find(failures.map(\.record), in: file)
        for index in failures.indices { failures[index].line = lines[failures[index].record] }
        return failures
    }
}
