import BulkModel
import Engine
import Synchronization

/// Clocks and chance of a transcript: all of them stand still until the session moves them.
final class TranscriptTime: Sendable {
    /// 2026-01-29T10:00:00Z, as spec 002 prints it.
    private let now = Mutex(Timestamp(unixSeconds: 1_769_680_800))
    private let draws = Mutex((letter: UInt64(0), last: Timestamp?.none))

    var wall: WallClock { WallClock { self.now.withLock { $0 } } }

    /// Ids of jobs become `bulk-job-aaa…`, `bulk-job-bbb…`; a rest lasts until it is cancelled, or no time at all.
    func timing(rests: Bool = true) -> EngineTiming {
        EngineTiming(
            elapsed: { .zero },
            sleep: { _ in
                if rests { for await _ in AsyncStream<Void>.makeStream().stream {} }
                throw CancellationError()
            },
            random: {
                let now = self.now.withLock { $0 }
                return self.draws.withLock { draws in
                    // A letter of an id is five bits, and an id is the second draw of its moment; single ones name files.
                    let bits = (0..<12).reduce(0) { bits, place in bits | draws.letter << (place * 5) }
                    let isSecond = draws.last == now
                    draws.last = isSecond ? nil : now
                    if isSecond { draws.letter = (draws.letter + 1) % 26 }
                    return bits
                }
            })
    }

    func pass(_ duration: Duration) { now.withLock { $0 = $0 + duration } }
}
