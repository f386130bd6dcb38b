import BulkModel
import Engine
import Formats
import Synchronization

/// The fingerprint of what was sent: sorted query, content type and the body, unpacked.
///
/// A multipart body's boundary is left out of it, since clients draw another one each time they send the same parts.
final class BodyDigest: Sendable {
    private struct State: ~Copyable {
        var digest: any StreamDigest
        var boundary: BoundaryFilter?
        var inflater: Inflater?
        /// Set at the end of the body.
        var fingerprint: String?
        var isBroken = false
    }

    private let state: Mutex<State>

    /// `encoding` is the packing of the bytes that come; nil when they come unpacked.
    init(
        _ digest: sending any StreamDigest, contentType: String?, query: QueryItems, encoding: String?,
        limits: Limits
    ) {
        var digest = digest
        let name = MediaType.name(in: contentType)
        var boundary: BoundaryFilter?
        var type = contentType ?? ""
        if name.hasPrefix("multipart/"), let mark = MediaType.parameter("boundary", in: contentType) {
            boundary = BoundaryFilter(boundary: mark)
            type = name
        }
        var writer = JSONWriter()
        writer.value(.array((query.all.flatMap { [$0.name, $0.value] } + [type]).map(JSONValue.string)))
        digest.update(writer.bytes)
        let isPacked = encoding.map { ["gzip", "x-gzip"].contains($0.lowercased()) } ?? false
        state = Mutex(
            State(
                digest: digest, boundary: boundary, inflater: isPacked ? Inflater(limits: limits) : nil))
    }

    /// Adds bytes of the body.
    func take(_ bytes: [UInt8]) {
        state.withLock { state in
            guard state.inflater != nil else { return Self.add(bytes, &state) }
            var unpacked: [UInt8] = []
            do {
                state.inflater?.take(bytes)
                while try state.inflater?.next(into: &unpacked) == true { Self.add(unpacked, &state) }
            } catch {
                // Whoever reads the body is told of this; there is only no fingerprint.
                state.isBroken = true
            }
        }
    }

    /// Ends the body.
    func finish() {
        state.withLock { state in
            guard state.fingerprint == nil, !state.isBroken else { return }
            if let rest = state.boundary?.finish() { state.digest.update(rest) }
            state.fingerprint = state.digest.finalize()
        }
    }

    /// SHA-256 in hexadecimal digits; nil before the end of the body.
    var fingerprint: String? { state.withLock { $0.fingerprint } }

    private static func add(_ bytes: [UInt8], _ state: inout State) {
        guard state.boundary != nil else { return state.digest.update(bytes) }
        if let kept = state.boundary?.take(bytes) { state.digest.update(kept) }
    }
}
