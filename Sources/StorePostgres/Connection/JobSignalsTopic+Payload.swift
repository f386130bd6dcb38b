import BulkModel
import Engine

extension JobSignals.Topic {
    /// What nodes tell each other by NOTIFY on `NodeSession.channel`: `work`, or `ended` and the job.
    var payload: String {
        switch self {
        case .work: "work"
        case .ended(let job): "ended \(job.text)"
        }
    }

    /// Nil for words of another version.
    init?(payload: String) {
        let words = payload.split(separator: " ", maxSplits: 1)
        switch (words.first, words.count) {
        case ("work", 1): self = .work
        case ("ended", 2): self = .ended(JobID(String(words[1])))
        default: return nil
        }
    }
}
