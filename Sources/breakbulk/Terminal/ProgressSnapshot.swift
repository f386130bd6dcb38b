/// How far a load or export is, at one moment.
struct ProgressSnapshot: Hashable, Sendable {
    enum Phase: String, Sendable {
        case uploading, applying, processing, running, downloading
    }

    var phase: Phase
    /// Bytes moved so far; of `bytesTotal` when that is known.
    var bytes = 0
    var bytesTotal: Int?
    /// Records with an outcome (or rows written); of `recordsTotal` when that is known.
    var records = 0
    var recordsTotal: Int?
    var failed = 0
    /// What keeps the job from going on, in words; nil while nothing does.
    var waitsFor: String?
    /// Since the phase began.
    var elapsed = Duration.zero

    init(_ phase: Phase) { self.phase = phase }

    /// 0 to 1; nil when the whole is not known.
    var fraction: Double? {
        switch phase {
        case .uploading: Self.fraction(bytes, of: bytesTotal)
        case .applying, .processing: Self.fraction(records, of: recordsTotal)
        case .running, .downloading: nil
        }
    }

    /// Whole seconds until the phase ends at the pace so far; nil when that cannot be said yet.
    var secondsLeft: Int? {
        let seconds = Figures.seconds(elapsed)
        guard let fraction, fraction > 0, fraction < 1, seconds > 0 else { return nil }
        return Int((seconds / fraction * (1 - fraction)).rounded(.up))
    }

    private static func fraction(_ part: Int, of whole: Int?) -> Double? {
        guard let whole, whole > 0 else { return nil }
        return min(1, Double(part) / Double(whole))
    }
}
