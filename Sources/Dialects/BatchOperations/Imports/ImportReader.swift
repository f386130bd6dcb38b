import BulkModel
import Engine
import Formats

/// Pulls the body of an import and hands out what is in it; one reads at a time.
protocol ImportReading: Actor {
    /// What comes next. `end` once the body was read to its very end; behind `records` all their bytes must be read first.
    func next() async throws(Refusal) -> ImportPiece

    /// The next bytes of the records at hand; nil behind the last.
    func nextRecords() async throws(Refusal) -> [UInt8]?
}

/// What an import's body is made of.
enum ImportPiece: Sendable {
    case options(JSONValue)
    case records(RecordsPart)
    case end
}

/// Reads one body: unpacks it if the request is packed, unwraps it, and never holds more than a piece of it.
///
/// Everything happens while somebody asks for the next piece, so a slow store slows the sender and nothing has to be woken.
actor ImportReader<Body: AsyncSequence<[UInt8], any Error> & Sendable, Wrapping: ImportUnwrapping>:
    ImportReading
{
    private var pieces: Body.AsyncIterator
    private var wrapping: Wrapping
    private var inflater: Inflater
    private let isPacked: Bool
    private var isOver = false

    init(_ body: Body, wrapping: Wrapping, isPacked: Bool, limits: Limits) {
        pieces = body.makeAsyncIterator()
        self.wrapping = wrapping
        inflater = Inflater(limits: limits)
        self.isPacked = isPacked
    }

    func next() async throws(Refusal) -> ImportPiece {
        while let step = try await step() {
            switch step {
            case .options(let value): return .options(value)
            case .records(let part): return .records(part)
            // What is left of the body is read, too: it may be cut, or be no gzip stream after all.
            case .bytes, .recordsEnd, .end: continue
            }
        }
        return .end
    }

    func nextRecords() async throws(Refusal) -> [UInt8]? {
        guard case .bytes(let bytes)? = try await step() else { return nil }
        return Array(bytes)
    }

    /// Nil at the end of the body.
    private func step() async throws(Refusal) -> ImportStep? {
        while true {
            if let step = try wrapping.next() { return step }
            guard !isOver else { return nil }
            if let piece = try await piece() {
                wrapping.take(piece)
            } else {
                isOver = true
                try wrapping.finish()
            }
        }
    }

    /// The next piece of the body, unpacked.
    private func piece() async throws(Refusal) -> [UInt8]? {
        guard isPacked else { return try await sent() }
        while true {
            if let inflated = try inflated() { return inflated }
            guard let piece = try await sent() else {
                try finishInflating()
                return nil
            }
            inflater.take(piece)
        }
    }

    private func inflated() throws(Refusal) -> [UInt8]? {
        var bytes: [UInt8] = []
        do throws(FormatError) {
            return try inflater.next(into: &bytes) ? bytes : nil
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    private func finishInflating() throws(Refusal) {
        do throws(FormatError) {
            try inflater.finish()
        } catch {
            throw Refusal(ofBody: error)
        }
    }

    /// The next piece as it was sent. Whatever cuts the body short is UPLOAD_INCOMPLETE, unless the front gives its own
    /// reason.
    private func sent() async throws(Refusal) -> [UInt8]? {
        var pieces = self.pieces
        do {
            let piece = try await pieces.next(isolation: self)
            self.pieces = pieces
            return piece
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                .uploadIncomplete, "The body was cut short; nothing was imported, send the request again.")
        }
    }
}
