import BulkModel
import Formats

/// What a load came to; rendered for people or for scripts.
struct LoadReport: Hashable, Sendable {
    var job: JobView
    var failures: [FailedRecord] = []
    /// Bytes sent, as they are in the file.
    var bytes: Int
    var elapsed: Duration
    /// Where the failed records were written, when they were.
    var failedFile: String?
    /// What to type to follow the job, when it still runs.
    var watchCommand: String

    var exitStatus: CommandExit { job.exitStatus }

    /// Lines for people.
    var lines: [String] {
        var lines = [headline]
        if let reason = job.reason { lines.append("  \(reason)") }
        for (code, count) in job.errorCounts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  \(code): \(Figures.grouped(count))")
        }
        if !failures.isEmpty {
            lines.append(
                job.counts.failed > failures.count ? "The first \(failures.count) of them:" : "They are:")
            lines += failures.map { "  \($0.text)" }
        }
        return lines + advice
    }

    /// One object for scripts: the job's fields and ours.
    var value: JSONValue {
        .object(
            job.members + [
                .init("bytes", .integer(Int64(bytes))),
                .init("seconds", .number(String(Figures.seconds(elapsed)))),
                .init("first_failures", .array(failures.map(\.value))),
                .init("failed_file", failedFile.map(JSONValue.string) ?? .null),
                .init("exit_code", .integer(Int64(exitStatus.rawValue))),
            ])
    }

    private var headline: String {
        let counts = job.counts
        switch job.state {
        case .jobComplete:
            let seconds = max(0.001, Figures.seconds(elapsed))
            // Who only watched sent nothing, and knows nothing of the pace.
            let pace =
                bytes > 0
                ? " in \(Figures.duration(elapsed)), \(Figures.bytes(Double(bytes) / seconds))/s" : ""
            let all = Figures.counted(counts.read, "record")
            return "\(all)\(pace): \(actions), \(Figures.grouped(counts.failed)) failed (\(job.id))"
        case .failed, .aborted:
            let word = job.state == .failed ? "failed" : "was aborted"
            let rest = Figures.grouped(counts.unprocessed)
            let failed = Figures.grouped(counts.failed)
            return "Job \(job.id) \(word): \(actions), \(failed) failed, \(rest) not processed"
        case .open, .uploadComplete, .inProgress:
            return "Job \(job.id) goes on (\(job.stateName), \(job.percentage) %)."
        }
    }

    /// `950 created, 50 updated`; what did not occur is left out.
    private var actions: String {
        let counts = job.counts
        let named = [
            (counts.created, "created"), (counts.updated, "updated"), (counts.unchanged, "unchanged"),
            (counts.deleted, "deleted"),
        ]
        let told = named.filter { $0.0 > 0 }.map { "\(Figures.grouped($0.0)) \($0.1)" }
        return told.isEmpty ? "\(Figures.grouped(counts.succeeded)) succeeded" : told.joined(separator: ", ")
    }

    private var advice: [String] {
        guard job.state.isTerminal else { return ["Follow it: \(watchCommand)"] }
        if let failedFile {
            return ["The failed records are in \(failedFile); correct them and load that file."]
        }
        guard job.counts.failed > 0 else { return [] }
        return ["To get the failed records as a file to correct: load with --failed-to FILE."]
    }
}
