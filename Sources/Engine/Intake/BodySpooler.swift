import BulkModel

/// Receives bodies that are kept on the disk for a moment, because what they are becomes known behind them.
struct BodySpooler: Sendable {
    let core: EngineCore

    /// Reads the body to its end. Nothing stays when it fails.
    func spool<Body: AsyncSequence<[UInt8], any Error>>(
        _ body: Body, bytesMax: Int
    ) async throws -> SpooledBody {
        let most = min(bytesMax, core.limits.uploadBytesMax)
        let file = SpoolFile(folder: core.folder)
        try await file.begin(token: core.timing.random())
        var pieces = body.makeAsyncIterator()
        var byteCount = 0
        while let piece = try await next(&pieces) {
            byteCount += piece.count
            guard byteCount <= most else {
                throw Refusal(.payloadTooLarge, issue: "body_bytes", "The body is over \(most) bytes.")
            }
            try await file.append(piece)
        }
        return SpooledBody(file: file, byteCount: byteCount)
    }

    private func next<Pieces: AsyncIteratorProtocol>(
        _ pieces: inout Pieces
    ) async throws(Refusal) -> [UInt8]? where Pieces.Element == [UInt8] {
        do {
            return try await pieces.next(isolation: #isolation)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.uploadIncomplete, "The body was cut short; send the request again.")
        }
    }
}
