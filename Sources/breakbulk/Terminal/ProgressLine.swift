/// Draws a snapshot as one line; pure.
enum ProgressLine {
    private static let barWidthMax = 24

    /// A bar for a terminal of `width` columns: never longer, so that it never wraps.
    static func bar(_ snapshot: ProgressSnapshot, width: Int) -> String {
        let facts = facts(snapshot).joined(separator: "  ")
        guard let fraction = snapshot.fraction else { return String(facts.prefix(width)) }
        let room = min(barWidthMax, width - facts.count - 4)
        guard room >= 5 else { return String(facts.prefix(width)) }
        let filled = Int(Double(room) * fraction)
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled)
        return "[\(bar)]  \(facts)"
    }

    /// A plain line for logs.
    static func plain(_ snapshot: ProgressSnapshot) -> String {
        facts(snapshot).joined(separator: ", ")
    }

    private static func facts(_ snapshot: ProgressSnapshot) -> [String] {
        var facts = [snapshot.phase.rawValue]
        if let fraction = snapshot.fraction { facts.append("\(Int(fraction * 100)) %") }
        let seconds = Figures.seconds(snapshot.elapsed)
        if snapshot.records > 0 || [.applying, .processing].contains(snapshot.phase) {
            facts.append(Figures.counted(snapshot.records, "record"))
        }
        if snapshot.phase == .processing, seconds > 0 {
            facts.append("\(Figures.grouped(Int(Double(snapshot.records) / seconds))) records/s")
        }
        if seconds > 0, snapshot.bytes > 0 {
            facts.append("\(Figures.bytes(Double(snapshot.bytes) / seconds))/s")
        }
        if let cause = snapshot.waitsFor {
            facts.append("waiting: \(cause)")
        } else if let left = snapshot.secondsLeft {
            facts.append("ETA \(Figures.clock(left))")
        }
        if snapshot.failed > 0 { facts.append("\(Figures.grouped(snapshot.failed)) failed") }
        return facts
    }
}
