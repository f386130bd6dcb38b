import BulkModel
import Engine
import Synchronization

/// Clocks and chance of a transcript: all of them stand still until the session moves them.
final class TranscriptTime: Sendable {
    /// 2026-01-29T10:00:00Z, as spec 002 prints it.
    private let now = Mutex(Timestamp(unixSeconds: 1_769_680_800))
    private let draws = Mutex(0)

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
                self.draws.withLock { count in
                    defer { count += 1 }
                    // A letter of an id is five bits, and an id takes two draws.
                    return (0..<12).reduce(0) { bits, place in bits | UInt64(count / 2 % 26) << (place * 5) }
                }
            })
    }

    func pass(_ duration: Duration) { now.withLock { $0 = $0 + duration } }
}
