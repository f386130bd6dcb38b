import BulkModel
import Dialects
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Watches one connection: idle, head and body times, `100 Continue`, broken requests, and closing in good order.
///
/// - An answer that is sent before its request was read to the end closes the connection: output first, then for a
///   short while what still comes in is thrown away, so that the answer is not lost to a reset (RFC 9112, 9.6).
/// - A body cut short never looks complete: it ends with an error.
/// - An answer may be written while the body is still read; then a sender who does not read yet is not idle.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Timer { case none, idle, head, body, linger }

    private let limits: Limits
    private let requestIDs: RequestIDs
    /// Requests whose answer has not ended.
    private var unanswered = 0
    private var isBodyOpen = false
    private var expectsContinue = false
    private var isAnswerBegun = false
    private var closesAfterAnswer = false
    private var isLingering = false
    private var rate: BodyRate
    private var timer = Timer.none
    private var scheduled: Scheduled<Void>?
    private var unwritable: Scheduled<Void>?
    /// When a piece of a body, or its end, came last.
    private var bodyArrivedAt: NIODeadline?
    /// How long to throw away what a refused sender still sends.
    private static let lingerDuration = Duration.seconds(2)

    init(limits: Limits, requestIDs: RequestIDs) {
        self.limits = limits
        self.requestIDs = requestIDs
        rate = BodyRate(bytesPerSecondMin: limits.bodyBytesPerSecondMin, window: limits.bodyRateWindow)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(BytesArrivedHandler(), position: .first)
        } catch {
            context.close(promise: nil)
        }
        set(.idle, after: limits.idleTimeout, context)
    }

    func channelActive(context: ChannelHandlerContext) {
        set(.idle, after: limits.idleTimeout, context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        scheduled?.cancel()
        unwritable?.cancel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is BytesArrived {
            if timer == .idle { set(.head, after: limits.headTimeout, context) }
            return
        }
        if isLingering, event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            isBodyOpen = true
            expectsContinue = head.headerFields[.expect]?.lowercased() == "100-continue"
            set(.none, context)
        case .body(let buffer):
            expectsContinue = false
            bodyArrivedAt = context.eventLoop.now
            rate.received(buffer.readableBytes)
        case .end:
            isBodyOpen = false
            bodyArrivedAt = context.eventLoop.now
            if timer == .body { set(.none, context) }
            if isLingering { context.close(promise: nil) }
        }
        if !isLingering { context.fireChannelRead(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        rate.waitEnded(at: Self.now)
        if isBodyOpen, timer == .none {
            rate = BodyRate(bytesPerSecondMin: limits.bodyBytesPerSecondMin, window: limits.bodyRateWindow)
            set(.body, after: limits.bodyRateWindow, context)
        }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if isBodyOpen { rate.waitBegan(at: Self.now) }
        context.read()
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        if !isAnswerBegun { askForBody(context) }
    }

    private func askForBody(_ context: ChannelHandlerContext) {
        guard expectsContinue, isBodyOpen else { return }
        expectsContinue = false
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            // An answer of unknown length that begins so early is written while the body is read.
            if head.status.kind == .successful, head.headerFields[.contentLength] == nil {
                askForBody(context)
            }
            isAnswerBegun = true
            closesAfterAnswer = unanswered == 1 && isBodyOpen
            if closesAfterAnswer { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            isAnswerBegun = false
            unanswered -= 1
            let written = promise ?? context.eventLoop.makePromise()
            if closesAfterAnswer {
                written.futureResult.assumeIsolated().whenComplete { _ in self.linger(context) }
            } else if unanswered == 0 {
                set(.idle, after: limits.idleTimeout, context)
            }
            context.write(data, promise: written)
        default: context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unwritable?.cancel()
        unwritable = nil
        if !context.channel.isWritable { watchReader(after: TimeAmount(limits.readerTimeout), context) }
        context.fireChannelWritabilityChanged()
    }

    /// Gives up who takes nothing of the answer, unless that is because the request was still being sent a while ago: some
    /// read only once they have sent everything.
    private func watchReader(after time: TimeAmount, _ context: ChannelHandlerContext) {
        unwritable = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            let quiet = self.bodyArrivedAt.map { context.eventLoop.now - $0 }
            let idle = TimeAmount(self.limits.readerTimeout)
            guard let quiet, quiet < idle else {
                context.close(promise: nil)
                return
            }
            self.watchReader(after: idle - quiet, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard unanswered == 0, !isLingering, !(error is IOError) else {
            context.fireErrorCaught(error)
            return
        }
        let isTooLong = error as? HTTPParserError == .headerOverflow
        let refusal =
            isTooLong
            ? Refusal(
                .payloadTooLarge, issue: "header_bytes",
                "The request head is over \(Self.headBytesMax) bytes; shorten address or header lines.")
            : Refusal(.invalidRequest, issue: "bad_http", "This is not a well-formed HTTP/1.1 request.")
        refuse(refusal, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isBodyOpen { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
        set(.none, context)
        context.fireChannelInactive()
    }

    /// Bytes of a request head.
    static let headBytesMax = 32 << 10

    private static var now: Duration { .nanoseconds(NIODeadline.now().uptimeNanoseconds) }

    private func set(_ timer: Timer, after duration: Duration = .zero, _ context: ChannelHandlerContext) {
        scheduled?.cancel()
        scheduled = nil
        self.timer = timer
        guard timer != .none, context.channel.isActive else { return }
        scheduled = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) {
            self.fire(timer, context)
        }
    }

    private func fire(_ timer: Timer, _ context: ChannelHandlerContext) {
        switch timer {
        case .none: break
        case .idle, .linger: context.close(promise: nil)
        case .head:
            refuse(Refusal(.requestTimeout, issue: "slow_head", "The request head came too slowly."), context)
        case .body: judgeBody(context)
        }
    }

    private func judgeBody(_ context: ChannelHandlerContext) {
        switch rate.judge(at: Self.now) {
        case .lookAgain(let duration): set(.body, after: max(duration, .milliseconds(10)), context)
        case .tooSlow:
            context.fireErrorCaught(SlowSender())
            // The handler now answers 408, which closes; if it does not, the connection goes all the same.
            set(.linger, after: Self.lingerDuration * 2, context)
        }
    }

    /// Answers a request that never became one, and closes.
    private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        let answer = ProblemAnswer.make(refusal, requestID: requestIDs.make())
        var response = FrontResponse.head(answer, requestID: nil)
        response.headerFields[.connection] = "close"
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.linger(context, always: true) }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if case .bytes(let bytes) = answer.body {
            context.write(
                wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: bytes))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    private func linger(_ context: ChannelHandlerContext, always: Bool = false) {
        isLingering = true
        guard isBodyOpen || always, context.channel.isActive else {
            context.close(promise: nil)
            return
        }
        context.close(mode: .output, promise: nil)
        set(.linger, after: Self.lingerDuration, context)
    }
}
