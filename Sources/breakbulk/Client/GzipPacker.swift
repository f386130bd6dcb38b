import Formats
import Synchronization

/// Packs a stream of bytes; shared by the calls of one sink, which come one after another.
final class GzipPacker: Sendable {
    private struct State: ~Copyable {
        var deflater = Deflater()
    }

    private let state = Mutex(State())

    /// What is ready to be written after these bytes; may be nothing yet.
    func pack(_ bytes: [UInt8]) -> [UInt8] {
        state.withLock { state in
            var output: [UInt8] = []
            state.deflater.feed(bytes, into: &output)
            return output
        }
    }

    /// The end of the stream.
    func finish() -> [UInt8] {
        state.withLock { state in
            var output: [UInt8] = []
            state.deflater.finish(into: &output)
            return output
        }
    }
}
