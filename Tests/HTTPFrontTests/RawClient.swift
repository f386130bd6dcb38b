import NIOCore
import NIOPosix

/// A client that sends exactly the bytes it is told, also wrong ones and half ones.
struct RawClient {
    let port: Int

    /// Sends the bytes on a new connection and reads until the server closes it.
    func exchange(_ request: String) async throws -> String {
        try await connect { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            return try await Self.readAll(&inbound)
        }
    }

    /// Opens a connection for the time of `body`.
    func connect<Result: Sendable>(
        _ body: (
            inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await body(&iterator, outbound)
        }
    }

    /// Everything until the other side closes.
    static func readAll(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) async throws -> String {
        try await read(&inbound) { _ in false }
    }

    /// What comes until it satisfies `isEnough`, or until the other side closes.
    static func read(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        until isEnough: (String) -> Bool
    ) async throws -> String {
        var text = ""
        while !isEnough(text), let part = try await inbound.next(isolation: #isolation) {
            text += String(buffer: part)
        }
        return text
    }
}
