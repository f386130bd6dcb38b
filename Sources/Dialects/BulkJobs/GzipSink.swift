import Engine
import Formats

/// Packs a stream on its way out; holds at most one piece.
final class GzipSink {
    private var deflater = Deflater()
    private var packed: [UInt8] = []
    /// Smaller pieces are gathered, so that the wire does not carry a frame for every few bytes.
    private static let pieceBytes = 32 << 10

    /// Packs the bytes and passes on what is ready.
    func write(_ bytes: [UInt8], to sink: ByteSink) async throws {
        deflater.feed(bytes, into: &packed)
        guard packed.count >= Self.pieceBytes else { return }
        try await sink(packed)
        packed.removeAll(keepingCapacity: true)
    }

    /// Passes on the rest with the trailer.
    func finish(to sink: ByteSink) async throws {
        deflater.finish(into: &packed)
        if !packed.isEmpty { try await sink(packed) }
        packed = []
    }
}
