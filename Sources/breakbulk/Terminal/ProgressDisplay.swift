import Synchronization

/// Shows progress on standard error: a moving bar on a terminal, a line every few seconds elsewhere, nothing
/// when quiet.
final class ProgressDisplay: Sendable {
    enum Mode: Sendable {
        case bar, lines, quiet
    }

    private struct State {
        var snapshot = ProgressSnapshot(.uploading)
        var phaseBegan: ContinuousClock.Instant
        var lastShown: ContinuousClock.Instant?
        var isDrawn = false
    }

    private let mode: Mode
    private let clock = ContinuousClock()
    private let state: Mutex<State>

    init(mode: Mode) {
        self.mode = mode
        state = Mutex(State(phaseBegan: clock.now))
    }

    /// Quiet for scripts, else what standard error can show.
    convenience init(isQuiet: Bool) {
        self.init(mode: isQuiet ? .quiet : Console.isTerminal ? .bar : .lines)
    }

    /// Begins a phase: its clock starts at 0.
    func begin(_ phase: ProgressSnapshot.Phase, bytesTotal: Int? = nil) {
        state.withLock { state in
            state.snapshot = ProgressSnapshot(phase)
            state.snapshot.bytesTotal = bytesTotal
            state.phaseBegan = clock.now
            state.lastShown = mode == .lines ? clock.now : nil
        }
    }

    /// Bytes that went through since the last call.
    func advance(bytes count: Int) {
        update { $0.bytes += count }
    }

    /// Bytes that went through in this phase.
    var bytes: Int { state.withLock { $0.snapshot.bytes } }

    /// Changes what is known and shows it when it is time to.
    func update(_ change: (inout ProgressSnapshot) -> Void) {
        let line: String? = state.withLock { state in
            change(&state.snapshot)
            let now = clock.now
            guard mode != .quiet, isDue(state.lastShown, now) else { return nil }
            state.lastShown = now
            state.snapshot.elapsed = state.phaseBegan.duration(to: now)
            state.isDrawn = mode == .bar
            return mode == .bar
                ? "\r\u{1B}[K" + ProgressLine.bar(state.snapshot, width: Console.width - 1)
                : ProgressLine.plain(state.snapshot) + "\n"
        }
        if let line { Console.draw(line) }
    }

    /// Wipes the bar, so that what is printed next stands alone.
    func end() {
        let isDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if isDrawn { Console.draw("\r\u{1B}[K") }
    }

    private func isDue(_ last: ContinuousClock.Instant?, _ now: ContinuousClock.Instant) -> Bool {
        guard let last else { return true }
        return last.duration(to: now) >= (mode == .bar ? .milliseconds(100) : .seconds(5))
    }
}
