import Formats

/// What a bulk-process run came to, for people; scripts read the lines themselves.
struct ProcessReport: Hashable, Sendable {
    var tally: ProcessTally
    var summary: ProcessSummary
    var elapsed: Duration
    /// Where the failed records were written, when they were.
    var errorsFile: String?
    /// What to type to go on, should it have stopped early.
    var resumeCommand: String

    var exitStatus: CommandExit { summary.failed > 0 || summary.isStoppedEarly ? .someFailed : .success }

    var lines: [String] {
        var lines = [headline]
        for (code, count) in summary.failedByCode.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  \(code): \(Figures.grouped(count))")
        }
        if !tally.failures.isEmpty {
            lines.append(
                summary.failed > tally.failures.count
                    ? "The first \(tally.failures.count) of them here:" : "They are:")
            lines += tally.failures.map { "  \($0.text)" }
        }
        if summary.isStoppedEarly { lines.append("It stopped early. Go on with: \(resumeCommand)") }
        return lines + advice
    }

    private var headline: String {
        let seconds = max(0.001, Figures.seconds(elapsed))
        let pace = "\(Figures.grouped(Int(Double(tally.told) / seconds))) records/s"
        let counts =
            "\(Figures.grouped(summary.successful)) successful, \(Figures.grouped(summary.failed)) failed"
        let head = tally.isDryRun ? "Dry run, nothing was changed: " : ""
        let all = Figures.counted(summary.processed, "record")
        return "\(head)\(all) in \(Figures.duration(elapsed)), \(pace): \(counts) (\(tally.operationID))"
    }

    private var advice: [String] {
        guard summary.failed > 0 else { return [] }
        guard let errorsFile else { return ["To keep the failed records: --errors FILE."] }
        return ["The failed records are in \(errorsFile); --ids \(errorsFile) tries them again."]
    }
}
