import BulkModel

/// Feeds a result to a job as its upload, piece by piece: one is held while the next is made.
struct RetryFeed: Sendable {
    let core: EngineCore

    func feed(_ stream: ResultStream, to child: Job) async throws -> Job {
        let mailbox = BodyMailbox(sleep: core.timing.sleep)
        async let produced: Void = produce(stream, into: mailbox)
        do {
            let job = try await UploadReceiver(core: core).receive(
                Pieces(mailbox: mailbox), into: child.id, compression: nil, bytesMax: .max)
            mailbox.close()
            await produced
            return job
        } catch {
            mailbox.close()
            await produced
            throw error
        }
    }

    private func produce(_ stream: ResultStream, into mailbox: BodyMailbox) async {
        do {
            try await stream.write { piece in
                await mailbox.put(.piece(piece))
                if mailbox.isClosed { throw CancellationError() }
            }
            await mailbox.put(.end)
        } catch let damage as UploadDamage {
            await mailbox.put(.failed(Refusal(damage.reason.code, damage.reason.message)))
        } catch {
            await mailbox.put(.failed(core.refusal(of: error, during: "retry")))
        }
    }

    private struct Pieces: AsyncSequence, Sendable {
        typealias Element = [UInt8]
        typealias Failure = any Error

        let mailbox: BodyMailbox

        func makeAsyncIterator() -> Iterator { Iterator(mailbox: mailbox) }
    }

    private struct Iterator: AsyncIteratorProtocol {
        let mailbox: BodyMailbox

        mutating func next() async throws -> [UInt8]? {
            switch await mailbox.take(pausingAfter: nil) {
            case .piece(let piece): return piece
            case .end: return nil
            case .failed(let error): throw error
            case .pause, .closed: throw CancellationError()
            }
        }
    }
}
