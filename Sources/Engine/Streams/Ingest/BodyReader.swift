import BulkModel

/// Pulls a body piece by piece, handed from task to task; one reads at a time.
protocol BodyReading: Actor {
    /// The next piece; nil at the end, however often it is asked for.
    func next() async throws -> [UInt8]?
}

/// Holds the one iterator of a body: its beginning is read before the answer begins, the rest while it runs.
actor BodyReader<Body: AsyncSequence<[UInt8], any Error> & Sendable>: BodyReading {
    private var iterator: Body.AsyncIterator
    private var isOver = false

    init(_ body: Body) { iterator = body.makeAsyncIterator() }

    func next() async throws -> [UInt8]? {
        guard !isOver else { return nil }
        var iterator = self.iterator
        do {
            let piece = try await iterator.next(isolation: self)
            self.iterator = iterator
            if piece == nil { isOver = true }
            return piece
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                .uploadIncomplete,
                "The body was cut short; what was told is done, send the same body again to go on.")
        }
    }
}
