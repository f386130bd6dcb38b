import Formats

/// What a bulk-process run came to, for people; scripts read the lines themselves.
struct ProcessReport: Hashable, Sendable {
    var tally: ProcessTally
    var summary: ProcessSummary
    var elapsed: Duration
    /// Where the failed records were written, when they were.
    var errorsFile: String?
    /// What this run wrote there.
    var kept = ErrorLog.Count()
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
        return lines + stopAdvice + advice
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

    private var stopAdvice: [String] {
        guard summary.isStoppedEarly else { return [] }
        return [
            "It stopped early, and goes on with the record that stopped it; once that is mended: \(resumeCommand)",
            "To go past it: the whole request again with --resume, without --stop-on-error (--max-errors).",
        ]
    }

    private var advice: [String] {
        guard summary.failed > 0 else { return [] }
        guard let errorsFile else { return ["To keep the failed records: --errors FILE."] }
        guard kept.records > 0 else { return [] }
        let verb = kept.records == 1 ? "is" : "are"
        let place = "\(Figures.counted(kept.records, "failed record")) \(verb) in \(errorsFile)"
        switch kept.retryable {
        case 0: return ["\(place); trying again changes nothing until what they say is mended."]
        case kept.records: return ["\(place); --ids \(errorsFile) tries again."]
        default:
            let share = "\(Figures.grouped(kept.retryable)) of them with an error that may pass"
            return ["\(place), \(share); --ids \(errorsFile) tries again."]
        }
    }
}
