import BulkModel
import Testing

@testable import Formats

/// What a multipart body came to, in a form that tests can compare.
struct MultipartReading: Hashable {
    struct Part: Hashable {
        var part: MultipartPart
        var bytes: [UInt8] = []
        var isWhole = false

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    var parts: [Part] = []
    var hasEnded = false
    var error: FormatError?

    /// Reads the pieces to the end or to the first error.
    static func read(_ pieces: [[UInt8]], boundary: String = "b", limits: Limits = Limits()) -> Self {
        var reading = MultipartReading()
        do {
            let boundary = try MultipartBoundary(contentType: "multipart/form-data; boundary=\"\(boundary)\"")
            var decoder = MultipartDecoder(boundary: boundary, limits: limits)
            for piece in pieces {
                decoder.take(piece)
                while let event = try decoder.next() { reading.take(event) }
            }
            try decoder.finish()
        } catch {
            reading.error = error
        }
        return reading
    }

    /// The verifier: whole, byte by byte and at every cut the result is the same.
    static func verify(
        _ text: String, boundary: String = "b", limits: Limits = Limits(), seed: UInt64 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        verify(
            Array(text.utf8), boundary: boundary, limits: limits, seed: seed, sourceLocation: sourceLocation)
    }

    static func verify(
        _ bytes: [UInt8], boundary: String = "b", limits: Limits = Limits(), seed: UInt64 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        let expected = read([bytes], boundary: boundary, limits: limits)
        for pieces in Pieces.all(bytes, seed: seed) {
            let reading = read(pieces, boundary: boundary, limits: limits)
            #expect(
                reading.comparable == expected.comparable, "cut as \(pieces.map(\.count))",
                sourceLocation: sourceLocation)
        }
        return expected
    }

    private mutating func take(_ event: MultipartEvent) {
        #expect(!hasEnded, "something comes behind the end")
        switch event {
        case .part(let part):
            #expect(parts.last?.isWhole != false)
            parts.append(Part(part: part))
        case .bytes(let bytes):
            #expect(!bytes.isEmpty)
            parts[parts.count - 1].bytes += bytes
        case .partEnd: parts[parts.count - 1].isWhole = true
        case .end:
            #expect(parts.last?.isWhole != false)
            hasEnded = true
        }
    }

    /// A broken body's last part may have given more or less of its bytes before it broke.
    private var comparable: Self {
        var reading = self
        guard error != nil, let last = parts.indices.last, !parts[last].isWhole else { return self }
        reading.parts[last].bytes = []
        return reading
    }
}
