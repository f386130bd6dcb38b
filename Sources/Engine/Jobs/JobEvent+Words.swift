extension JobEvent.Name {
    /// For messages: what a job cannot do where the event cannot happen.
    var words: String {
        switch self {
        case .uploaded: "take an upload"
        case .close: "be closed"
        case .start: "be started"
        case .abort: "be aborted"
        case .fail: "fail"
        case .expire: "expire"
        case .complete: "be completed"
        }
    }

    /// What a caller does to let it happen; nil for what happens by itself.
    var step: String? {
        switch self {
        case .uploaded: "upload"
        case .close: "close"
        case .abort: "abort"
        case .start, .fail, .expire, .complete: nil
        }
    }
}
