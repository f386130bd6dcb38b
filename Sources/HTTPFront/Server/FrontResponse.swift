import Dialects
import HTTPTypes
import Hummingbird
import NIOCore

/// Turns a dialect's answer into Hummingbird's response.
enum FrontResponse {
    /// Sent with every answer. Nothing here is a page, so nothing may be run, framed, guessed, cached or passed on.
    private static let always: [Header] = [
        Header("X-Content-Type-Options", "nosniff"),
        Header("Cache-Control", "no-store"),
        Header("Referrer-Policy", "no-referrer"),
        Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]

    /// Status and header lines; of a body that is there already also its length.
    static func head(_ answer: Answer, requestID: String?) -> HTTPResponse {
        var fields = HTTPFields()
        for header in answer.headers + always {
            guard let name = HTTPField.Name(header.name), !always.contains(header) || fields[name] == nil
            else {
                continue
            }
            fields.append(HTTPField(name: name, value: header.value))
        }
        if let requestID, let name = HTTPField.Name("X-Request-Id") { fields[name] = requestID }
        switch answer.body {
        case .none: if answer.status != 204 { fields[.contentLength] = "0" }
        case .bytes(let bytes): fields[.contentLength] = String(bytes.count)
        case .stream: break
        }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }

    /// The whole response. `onEnd` is told when the last byte was written, or what broke it.
    static func make(
        _ answer: Answer, requestID: String, isHead: Bool, onEnd: @escaping @Sendable ((any Error)?) -> Void
    ) -> Response {
        let head = head(answer, requestID: requestID)
        let isStream = if case .stream = answer.body { true } else { false }
        guard isStream, !isHead else {
            onEnd(nil)
            let body = isHead ? ResponseBody() : Self.body(answer.body)
            // A 204 must not have a length, and a HEAD's is that of the GET; so neither is left to the library.
            var response = Response(status: head.status, headers: head.headerFields, body: body)
            response.headers = head.headerFields
            return response
        }
        return Response(
            status: head.status, headers: head.headerFields, body: streamed(answer.body, onEnd: onEnd))
    }

    private static func body(_ body: Answer.Body) -> ResponseBody {
        guard case .bytes(let bytes) = body else { return ResponseBody() }
        return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }

    /// A fault is thrown on, which closes the connection without the last chunk: a cut answer never looks whole.
    private static func streamed(
        _ body: Answer.Body, onEnd: @escaping @Sendable ((any Error)?) -> Void
    ) -> ResponseBody {
        ResponseBody { writer in
            guard case .stream(let write) = body else { return }
            do {
                try await write { @concurrent bytes in
                    try await writer.write(ByteBuffer(bytes: bytes))
                }
                try await writer.finish(nil)
            } catch {
                onEnd(error)
                throw error
            }
            onEnd(nil)
        }
    }
}
