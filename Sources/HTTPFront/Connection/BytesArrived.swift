import NIOCore

/// Told through the pipeline when bytes come in, before they are decoded: a request head may have begun.
struct BytesArrived: Sendable {}

/// Stands first in the pipeline and says when bytes come in.
final class BytesArrivedHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(BytesArrived())
        context.fireChannelRead(data)
    }
}
