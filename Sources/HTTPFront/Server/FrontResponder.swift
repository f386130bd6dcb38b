import BulkModel
import Dialects
import HTTPTypes
import Hummingbird
import Logging

/// Leads each request through matching, authentication, its dialect and back.
struct FrontResponder: HTTPResponder {
    let routes: RouteTable
    let authenticator: Authenticator
    let settings: FrontSettings
    let requestIDs: RequestIDs
    let observe: @Sendable (Observation) -> Void

    /// The label of requests that no route takes: their paths are the sender's to choose, so they are no label.
    private static let unmatched = "unmatched"

    func respond(to request: Request, context: FrontContext) async throws -> Response {
        let began = ContinuousClock.now
        var lines = request.headers.map { ($0.name.rawName, $0.value) }
        // The HTTP types keep `Host` apart from the other header lines.
        if let authority = request.head.authority { lines.append(("host", authority)) }
        let headers = HeaderFields(lines)
        let id = requestIDs.id(headers)
        let (answer, route) = await answer(request, headers, id, context)
        let method = Method(rawValue: request.method.rawValue)?.rawValue ?? "OTHER"
        let observe = observe
        let status = answer.status
        let packed = answer.packed(acceptEncoding: headers["accept-encoding"])
        return FrontResponse.make(packed, requestID: id, isHead: request.method == .head) { fault in
            if let fault {
                observe(.serviceFault("answer broken off, request \(id)", cause: "\(type(of: fault))"))
            }
            observe(
                .request(
                    id: id, method: method, route: route, status: status,
                    duration: ContinuousClock.now - began))
        }
    }

    private func answer(
        _ request: Request, _ headers: HeaderFields, _ id: String, _ context: FrontContext
    ) async -> (Answer, route: String) {
        let target = request.head.path ?? ""
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        guard let method = Method(rawValue: request.method.rawValue) else {
            return (otherMethod(request.method.rawValue, path, id), Self.unmatched)
        }
        switch routes.match(method, path: path) {
        case .none:
            let refusal = Refusal(.notFound, "There is nothing at this path.")
            return (ProblemAnswer.make(refusal, requestID: id), Self.unmatched)
        case .otherMethods(let methods, let envelope):
            return (notAllowed(methods, envelope, id), Self.unmatched)
        case .route(let route, let parameters):
            let query = parts.count > 1 ? String(parts[1]) : ""
            let body = BodyBytes(
                body: request.body, channel: context.channel,
                announcedBytes: headers["content-length"].flatMap { Int($0) })
            var call = Call(
                method: method, path: path, parameters: parameters, headers: headers, body: body,
                baseURL: settings.baseURL(host: headers["host"]), requestID: id, limits: settings.limits)
            switch await self.answer(&call, route, query) {
            case .success(let answer): return (answer, route.pattern.description)
            case .failure(let refusal):
                if refusal.code == .internalError {
                    observe(.serviceFault("request \(id)", cause: refusal.message))
                }
                let answer = route.envelope.answer(shown(refusal), requestID: id)
                return (answer, route.pattern.description)
            }
        }
    }

    private func answer(_ call: inout Call, _ route: Route, _ query: String) async -> Result<Answer, Refusal>
    {
        do {
            let hasToken = route.takesToken ? try QueryItems(parsing: query)["token"] != nil : false
            if route.needsCredential && !hasToken {
                call.caller = try await authenticator.caller(call.headers)
            }
            call.query = try QueryItems(parsing: query)
        } catch {
            return .failure(error)
        }
        return await route.answer(call)
    }

    /// What went wrong inside is for the log; the caller gets the id to ask with.
    private func shown(_ refusal: Refusal) -> Refusal {
        guard refusal.code == .internalError else { return refusal }
        return Refusal(.internalError, "The server failed; its log has the cause under this request_id.")
    }

    private func otherMethod(_ method: String, _ path: String, _ id: String) -> Answer {
        let methods = routes.methods(ofPath: path)
        guard !methods.isEmpty else {
            return ProblemAnswer.make(Refusal(.notFound, "There is nothing at this path."), requestID: id)
        }
        guard method == "OPTIONS" else { return notAllowed(methods, .problem, id) }
        return Answer(status: 204, headers: [allow(methods)])
    }

    private func notAllowed(_ methods: [Method], _ envelope: RefusalEnvelope, _ id: String) -> Answer {
        let names = methods.map(\.rawValue).joined(separator: ", ")
        let refusal = Refusal(.methodNotAllowed, "This path takes \(names).")
        var answer = envelope.answer(refusal, requestID: id)
        answer.headers.append(allow(methods))
        return answer
    }

    private func allow(_ methods: [Method]) -> Header {
        Header("Allow", methods.map(\.rawValue).joined(separator: ", "))
    }
}
