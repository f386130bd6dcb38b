import NIOCore
import NIOPosix
import Synchronization

/// A receiver on this machine that behaves as the test says; keeps what was sent to it.
final class LocalReceiver: Sendable {
    enum Behaviour: Sendable {
        /// Writes this and closes.
        case answer(String)
        /// Answers the first bytes with this, whatever they are, and closes.
        case greet(String)
        /// Takes the request and says nothing more, ever.
        case hang
        /// Begins to answer and stops.
        case stall(String)
        /// Begins to answer and goes on a byte at a time, soon enough for whoever waits for the next one only.
        case trickle
        /// Closes before it answers.
        case close
        /// Answers and goes on sending for ever.
        case flood
    }

    let port: Int
    private let channel: any Channel
    private let log: Log

    /// What came in, each connection by itself.
    final class Log: Sendable {
        let requests = Mutex<[String]>([])
        let writtenBytes = Mutex(0)
    }

    static func start(_ behaviour: Behaviour) async throws -> LocalReceiver {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReceiverHandler(behaviour, log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalReceiver(channel, log)
    }

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    var requests: [String] { log.requests.withLock { $0 } }
    var writtenBytes: Int { log.writtenBytes.withLock { $0 } }

    func stop() async { try? await channel.close().get() }
}

private final class ReceiverHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: LocalReceiver.Behaviour
    private let log: LocalReceiver.Log
    private var text = ""
    private var hasAnswered = false

    init(_ behaviour: LocalReceiver.Behaviour, _ log: LocalReceiver.Log) {
        self.behaviour = behaviour
        self.log = log
    }

    private func writeAndClose(_ text: String, _ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
            loopBound.value.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        if case .greet(let greeting) = behaviour, !hasAnswered {
            hasAnswered = true
            return writeAndClose(greeting, context)
        }
        guard !hasAnswered, isWhole else { return }
        hasAnswered = true
        log.requests.withLock { $0.append(text) }
        switch behaviour {
        case .hang, .greet: break
        case .close: context.close(promise: nil)
        case .answer(let answer): writeAndClose(answer, context)
        case .stall(let answer):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        case .trickle:
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            trickle(context)
        case .flood:
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            flood(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if hasAnswered, case .flood = behaviour { flood(context) }
    }

    private func flood(_ context: ChannelHandlerContext) {
        let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 16 << 10)
        while context.channel.isWritable, context.channel.isActive {
            log.writtenBytes.withLock { $0 += piece.readableBytes }
            context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        }
    }

    private func trickle(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "x")), promise: nil)
        let loopBound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(20)) {
            loopBound.value.handler.trickle(loopBound.value.context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Enough for what is sent here: one request with a content length.
    private var isWhole: Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let lines = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
        let length = lines.compactMap { line in
            line.hasPrefix("content-length:") ? Int(line.dropFirst(15).drop { $0 == " " }) : nil
        }
        return text[end.upperBound...].utf8.count >= (length.first ?? 0)
    }
}
