/// Judges how fast a body comes in: a pure value, told what happens and when.
///
/// Only time in which we wait for the sender counts; while the store is slow and the socket is not read, a sender can do
/// nothing, and is not blamed. Times are offsets from any fixed start.
struct BodyRate {
    enum Verdict: Equatable {
        case tooSlow
        /// Nothing can be said before this much more waiting.
        case lookAgain(after: Duration)
    }

    private let bytesPerSecondMin: Int
    private let window: Duration
    private var byteCount = 0
    private var waited = Duration.zero
    private var waitingSince: Duration?

    init(bytesPerSecondMin: Int, window: Duration) {
        self.bytesPerSecondMin = bytesPerSecondMin
        self.window = window
    }

    mutating func waitBegan(at time: Duration) {
        if waitingSince == nil { waitingSince = time }
    }

    mutating func waitEnded(at time: Duration) {
        if let since = waitingSince { waited += time - since }
        waitingSince = nil
    }

    mutating func received(_ count: Int) { byteCount += count }

    /// Judges a full window of waiting and begins the next one.
    mutating func judge(at time: Duration) -> Verdict {
        if let since = waitingSince {
            waited += time - since
            waitingSince = time
        }
        guard waited >= window else { return .lookAgain(after: window - waited) }
        let seconds = Int(waited.components.seconds)
        let isEnough = byteCount >= bytesPerSecondMin * max(1, seconds)
        (byteCount, waited) = (0, .zero)
        return isEnough ? .lookAgain(after: window) : .tooSlow
    }
}
