/// Lets one task go on once another one says so.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// One task may wait.
    func wait() async { for await _ in stream {} }
}
